// How the fleet's tests log in: the real node-ssh, with the host key checked. Knows nothing of what is tested.

import { readFile } from "node:fs/promises";
import { NodeSSH } from "node-ssh";
import type { DemoFleet, DemoHost } from "../../../playground/fleet/hosts.ts";

export interface Finished {
  code: number | null;
  signal: string | null;
  stdout: Buffer;
  stderr: Buffer;
}

/** Logs in with the fleet's own key, or with the one given. Rejects as node-ssh does. */
export async function connect(fleet: DemoFleet, host: DemoHost, privateKey?: string): Promise<NodeSSH> {
  const knownHosts = await readFile(fleet.knownHostsPath, "utf8");
  const client = new NodeSSH();
  await client.connect({
    host: host.address,
    port: host.port,
    username: host.user,
    privateKey: privateKey ?? (await readFile(fleet.privateKeyPath, "utf8")),
    readyTimeout: 3_000,
    hostVerifier: (key: Buffer) =>
      knownHosts.includes(`[${host.address}]:${host.port} ssh-ed25519 ${key.toString("base64")}\n`),
  });
  client.connection?.on("error", () => {});
  return client;
}

export type Channel = import("ssh2").ClientChannel;

/** Starts a command; its output is not read yet. */
export function exec(client: NodeSSH, command: string): Promise<Channel> {
  return new Promise((done, failed) => {
    client.connection?.exec(command, (error, channel) => (error ? failed(error) : done(channel)));
  });
}

/** Runs a command to its end. */
export async function run(client: NodeSSH, command: string, input?: Buffer): Promise<Finished> {
  const channel = await exec(client, command);
  channel.end(input);
  return finish(channel);
}

/** Reads a command's output until its channel closes. */
export function finish(channel: Channel): Promise<Finished> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  channel.on("data", (piece: Buffer) => stdout.push(piece));
  channel.stderr.on("data", (piece: Buffer) => stderr.push(piece));
  let exit: [number | null, string | null] = [null, null];
  channel.on("exit", (code: number | null, signal?: string) => {
    exit = [code, signal ?? null];
  });
  return new Promise((done) => {
    channel.on("close", () =>
      done({ code: exit[0], signal: exit[1], stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) }),
    );
  });
}
