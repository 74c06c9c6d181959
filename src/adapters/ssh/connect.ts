// Makes one connection: a socket of our own, the host's key checked, every way of failing turned into words. Knows no deploy.

import { connect as openSocket } from "node:net";
import { type Config, NodeSSH } from "node-ssh";
import type { Algorithms, Client } from "ssh2";
import type { Host } from "../../deploy/order.ts";
import { Attempt } from "./attempt.ts";
import { type KeyRefusal, preferredTypes, refuseKey } from "./host-key.ts";
import { type KnownKey, keysOf, readKnownHosts } from "./known-hosts.ts";
import type { Places } from "./places.ts";
import { NoConnection } from "./trouble.ts";

export interface Login {
  /** The private key's text. */
  privateKey: string | undefined;
  passphrase: string | undefined;
  /** The agent's socket. */
  agent: string | undefined;
  knownHosts: string[];
  connectTimeoutMs: number;
  keepaliveMs: number;
}

/** An open connection. `over` aborts when it is gone, for whatever reason. */
export interface Connection {
  client: Client;
  over: AbortSignal;
  /** Ends it at once. */
  destroy(): void;
}

// Group exchange is never offered: it blocks this process for more than a second per host.
const algorithms: Algorithms = {
  kex: [
    "curve25519-sha256",
    "ecdh-sha2-nistp256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp384",
    "diffie-hellman-group14-sha256",
  ],
  cipher: [
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes128-ctr",
    "aes256-ctr",
  ],
};

/** How long a host that took our call but says nothing may hold a place that others wait for. */
const placeHeldMs = 1_000;

/** Rejects with `NoConnection`, after `connectTimeoutMs` at the latest, time in line for one of the `places` not counted. */
export async function connect(
  host: Host,
  login: Login,
  { places, signal }: { places: Places; signal: AbortSignal },
): Promise<Connection> {
  const lines = await readKnownHosts(login.knownHosts).catch((error: Error) => {
    throw new NoConnection("unknownHostKey", error.message);
  });
  const known = keysOf(lines, host.address, host.port);
  const socket = openSocket({ host: host.address, port: host.port, noDelay: true });
  const attempt = new Attempt(socket, login.connectTimeoutMs, signal);
  try {
    await attempt.race(new Promise<void>((resolve) => socket.once("connect", resolve)));
    // Only the costly part stands in line: a host that does not answer at all is waited for outside of it.
    attempt.pauseClock();
    const leave = await attempt.race(places.enter(), (late) => late());
    attempt.startClock();
    const latest = setTimeout(leave, placeHeldMs);
    try {
      return await shakeHands(attempt, { host, login, known });
    } finally {
      clearTimeout(latest);
      leave();
    }
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    attempt.settle();
  }
}

interface Meeting {
  host: Host;
  login: Login;
  known: KnownKey[];
}

async function shakeHands(attempt: Attempt, { host, login, known }: Meeting): Promise<Connection> {
  const { socket } = attempt;
  let refusal: KeyRefusal | null = null;
  const ssh = new NodeSSH();
  const config: Config = {
    sock: socket,
    username: host.user,
    privateKey: login.privateKey,
    passphrase: login.passphrase,
    agent: login.agent,
    algorithms: { ...algorithms, serverHostKey: preferredTypes(known) },
    // Must stay synchronous: a promise would count as yes.
    hostVerifier: (key: Buffer) => {
      refusal = refuseKey(key, known, login.knownHosts);
      return refusal === null;
    },
    readyTimeout: login.connectTimeoutMs,
    keepaliveInterval: login.keepaliveMs,
    keepaliveCountMax: 2,
  };
  const ready = ssh.connect(config);
  const client = ssh.connection;
  if (!client) {
    await ready; // it has rejected
    throw new NoConnection("refused", "the connection ended at once");
  }
  // For its whole life: without a listener, a reset connection would end this process.
  client.on("error", () => {});
  const over = new AbortController();
  client.once("close", () => over.abort());
  socket.once("close", () => over.abort());
  attempt.listen();
  try {
    await attempt.race(ready);
  } catch (error) {
    const refused = refusal as KeyRefusal | null;
    throw refused ? new NoConnection(refused.trouble, refused.detail) : error;
  }
  return { client, over: over.signal, destroy: () => socket.destroy() };
}
