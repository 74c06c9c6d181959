// What a deploy has left behind: connections of this process, as the kernel counts them. Knows no host.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const ESTABLISHED = "01";

/** Ports, as given, to which this process holds an established connection that it has opened itself. */
export function connectedTo(ports: number[]): number[] {
  const wanted = new Set(ports);
  const ours = ownSockets();
  return readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode = ""]) => state === ESTABLISHED && ours.has(inode))
    .map(([, , remote = ""]) => Number.parseInt(remote.split(":")[1] ?? "", 16))
    .filter((port) => wanted.has(port));
}

function ownSockets(): Set<string> {
  const inodes = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1] ?? "";
    } catch {
      return ""; // closed meanwhile
    }
  });
  return new Set(inodes);
}
