// One demo host: its SSH server, its port and how its commands are started. Knows no other host.

import { spawn } from "node:child_process";
import ssh2 from "ssh2";
import { makeDoor } from "./door.ts";
import { environmentOf } from "./environment.ts";
import type { DemoHost, FleetOptions } from "./hosts.ts";
import { type KeyPair, knownHostsLine, readKey } from "./keys.ts";
import { login } from "./login.ts";
import type { Processes } from "./processes.ts";
import { type Ran, runToEnd } from "./run.ts";
import { type Command, serveSession } from "./session.ts";

export interface RunningHost {
  name: string;
  /** For a known_hosts file. */
  knownHostsLine: string;
  up(): Promise<void>;
  down(): Promise<void>;
  hang(): Promise<void>;
  run(command: string, input?: Buffer): Promise<Ran>;
}

export interface HostParts {
  hostKey: KeyPair;
  clientKey: KeyPair;
  processes: Processes;
  options: FleetOptions;
  fleetId: string;
}

/** A host that does not listen yet. */
export function makeHost(host: DemoHost, parts: HostParts): RunningHost {
  const environment = environmentOf(host, parts.options, parts.fleetId);
  const clientKey = readKey(parts.clientKey.public);

  function start(command: string): Command {
    const child = spawn("/bin/sh", ["-c", inOwnDirectory(command, host)], {
      cwd: host.directory,
      env: environment,
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    if (child.pid !== undefined) parts.processes.add(child.pid);
    return child;
  }

  const server = new ssh2.Server({ hostKeys: [parts.hostKey.private], ident: "demo-host" }, (client) => {
    const sessions = new Set<() => void>();
    client.on("error", () => {}); // broken connections are the clients' affair; `close` follows
    client.on("authentication", (attempt) => login(attempt, host.user, clientKey));
    client.on("session", (accept) => {
      const session = accept();
      const hungUp = serveSession(session, start);
      sessions.add(hungUp);
      session.on("close", () => sessions.delete(hungUp));
    });
    client.on("close", () => {
      for (const hungUp of sessions) hungUp();
    });
  });
  // The server itself never listens: its connections come through the door, which can hang.
  const door = makeDoor(host.port, (socket) => server.injectSocket(socket));
  return {
    ...door,
    name: host.name,
    knownHostsLine: knownHostsLine(host.address, host.port, parts.hostKey),
    run: (command, input) => runToEnd(start(command), input),
  };
}

/**
 * Ten hosts on one machine cannot each have a `/srv` without the rights to mount one. So a path below `/srv` that a command
 * names is the host's own: `/srv/web` becomes `<its directory>/srv/web`.
 */
function inOwnDirectory(command: string, host: DemoHost): string {
  return command.replace(/(?<![\w./@+-])\/srv(?=\/)/g, `${host.directory}/srv`);
}
