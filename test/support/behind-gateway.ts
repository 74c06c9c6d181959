// A real gateway with a line before it that can fail, and hosts behind it, each at a port of its own. Knows no deploy.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, Connections } from "../../src/adapters/ssh/connections.ts";
import type { Gateway, Host } from "../../src/deploy/order.ts";
import { type FaultyLine, startProxy } from "./proxy.ts";
import { type KeyPair, makeKey, type Sshd, startSshd } from "./sshd.ts";

export interface Behind {
  key: KeyPair;
  directory: string;
  gatewaySshd: Sshd;
  sshd: Sshd;
  gateway: Gateway;
  /** Before the gateway, and before the host of this number. */
  line: FaultyLine;
  lineTo(index: number): Promise<FaultyLine>;
  host(index: number): Promise<Host>;
  connections(change?: Partial<ConnectionOptions>): Promise<Connections>;
  /** Lines for everything that was started so far. */
  known(): string;
  stop(): Promise<void>;
}

export async function startBehind(settings: string[] = []): Promise<Behind> {
  const directory = await mkdtemp(join(tmpdir(), "lockstep-gateway-"));
  const key = await makeKey(directory);
  const [gatewaySshd, sshd] = await Promise.all([
    startSshd({ authorizedKey: key.publicKey, settings }),
    startSshd({ authorizedKey: key.publicKey }),
  ]);
  const line = await startProxy(gatewaySshd.port);
  const lines: Promise<FaultyLine>[] = [];
  const made: Connections[] = [];
  const ports: number[] = [];
  const { user } = sshd.host("any");
  const lineTo = async (index: number) => {
    lines[index] ??= startProxy(sshd.port);
    const { port } = await lines[index];
    ports[index] = port;
    return lines[index];
  };
  const gateway = { name: "bastion", address: "127.0.0.1", port: line.port, user };
  const at = (known: string, port: number) => known.replace(/\]:\d+ /, `]:${port} `);
  const known = () =>
    [at(gatewaySshd.knownHosts, line.port), ...ports.filter(Boolean).map((port) => at(sshd.knownHosts, port))].join("");
  return {
    ...{ key, directory, gatewaySshd, sshd, gateway, line, lineTo, known },
    async host(index) {
      const { port } = await lineTo(index);
      return { name: `web-${index}`, address: "127.0.0.1", port, user, gateway };
    },
    async connections(change = {}) {
      const path = join(directory, `known_hosts_${made.length}`);
      await writeFile(path, known());
      const one = new Connections({ privateKey: key.path, knownHosts: [path], ...change });
      made.push(one);
      return one;
    },
    async stop() {
      await Promise.all(made.map((one) => one.close()));
      await Promise.all([line, ...lines].map(async (one) => (await one).close()));
      await Promise.all([gatewaySshd.stop(), sshd.stop()]);
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
