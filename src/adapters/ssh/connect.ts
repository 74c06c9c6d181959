// Makes one connection: a wire, the host's key checked, every way of failing turned into words. Knows no deploy, and no gateway: it is given the way there.

import { setTimeout as pause } from "node:timers/promises";
import { type Config, NodeSSH } from "node-ssh";
import type { Algorithms, AnyAuthMethod, Client, ServerHostKeyAlgorithm } from "ssh2";
import { Attempt, type Call, orStopped, stopped } from "./attempt.ts";
import { type KeyRefusal, type Known, preferredTypes, refuseKey } from "./host-key.ts";
import { type Leave, leaveInTime } from "./places.ts";
import { askForHostKeys } from "./ssh2-inside.ts";
import { NoConnection, TurnedAway } from "./trouble.ts";
import { drained, type Wire } from "./wire.ts";

/** An open connection. `over` aborts when it is gone, for whatever reason. */
export interface Connection {
  client: Client;
  over: AbortSignal;
  /** Bytes that have come from the host so far. */
  heard(): number;
  /** Resolves once what was sent has left this process. */
  drained(): Promise<void>;
  /** Ends it at once. */
  destroy(): void;
}

/** How a host is got through to. */
export interface Route {
  /** Stands in line to begin at all: servers turn away those who come too many at a time. */
  approach(): Promise<Leave>;
  /** A wire that is open, or is about to be. Rejects with `NoConnection`. */
  open(call: Call): Promise<Wire>;
  /** Stands in line for the part that costs this process something. */
  enter(): Promise<Leave>;
}

interface Meeting {
  caller: Caller;
  route: Route;
  call: Call;
}

export interface Caller {
  user: string;
  known: Known;
  methods: AnyAuthMethod[];
  /** Only wants to see the host's key, known or not. Then nothing is offered to log in with, whatever `methods` says, and it ends as `noLogin` once the host
   * has proved that the key is its own. */
  look?: (key: Buffer, refusal: KeyRefusal | null) => void;
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

/** A host that says nothing is no work: it is waited for outside of the line, and spoken to after this. */
const firstWordMs = 1_000;
const firstPauseMs = 50;
const longestPauseMs = 1_000;

/**
 * Rejects with `NoConnection`, after the time of the call at the latest, time in line for a place not counted. A server that turns callers away because
 * too many come at once is tried again within that time.
 */
export async function connect(caller: Caller, route: Route, call: Call): Promise<Connection> {
  let last: TurnedAway | null = null;
  for (let tries = 1; ; tries += 1) {
    try {
      return await connectOnce(caller, route, call);
    } catch (error) {
      const { watch } = call;
      if (error instanceof TurnedAway) last = error;
      else if (!last || watch.leftMs > 0) throw error;
      const pauseMs = Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs) * (0.5 + Math.random());
      if (watch.leftMs <= pauseMs) {
        throw new NoConnection("refused", `${last.message} (tried ${tries} times in ${watch.limitMs / 1000} s)`);
      }
      await rest(pauseMs, call);
    }
  }
}

async function rest(pauseMs: number, { watch, signal }: Call): Promise<void> {
  watch.go();
  await pause(pauseMs, undefined, { signal }).catch(() => {
    throw stopped();
  });
  watch.halt();
}

async function connectOnce(caller: Caller, route: Route, call: Call): Promise<Connection> {
  const leave = await orStopped(route.approach(), call.signal, (late) => late());
  try {
    return await speak(await route.open(call), { caller, route, call });
  } finally {
    leave();
  }
}

async function speak(wire: Wire, { caller, route, call }: Meeting): Promise<Connection> {
  const attempt = new Attempt(wire, call);
  try {
    if ("connecting" in wire && wire.connecting) {
      await attempt.race(new Promise<void>((resolve) => wire.once("connect", resolve)));
    }
    const leave = (await attempt.race(attempt.untilItSpeaks(firstWordMs))) ? await inLine(attempt, route) : () => {};
    const left = leaveInTime(leave);
    try {
      return await shakeHands(attempt, caller, call);
    } finally {
      left();
      leave();
    }
  } catch (error) {
    wire.destroy();
    throw error;
  } finally {
    attempt.settle();
  }
}

async function inLine(attempt: Attempt, route: Route): Promise<Leave> {
  attempt.pauseClock();
  const leave = await attempt.race(route.enter(), (late) => late());
  attempt.startClock();
  return leave;
}

async function shakeHands(attempt: Attempt, caller: Caller, { watch }: Call): Promise<Connection> {
  const { wire } = attempt;
  const { known } = caller;
  let refusal: KeyRefusal | null = null;
  const ssh = new NodeSSH();
  const types = preferredTypes(known.keys);
  const config: Config = {
    sock: wire,
    username: caller.user,
    // Without asking first what the host would take: that is a round trip, and we have nothing else.
    authHandler: (caller.look ? [] : caller.methods) as never,
    algorithms: { ...algorithms, serverHostKey: types.filter(isPlain) },
    // Must stay synchronous: a promise would count as yes.
    hostVerifier: (key: Buffer) => {
      const wrong = refuseKey(key, known, Math.floor(Date.now() / 1_000));
      caller.look?.(key, wrong);
      if (!caller.look) refusal = wrong;
      return refusal === null;
    },
    readyTimeout: watch.limitMs,
    keepaliveInterval: 0, // see keepalive.ts
  };
  const ready = ssh.connect(config);
  const client = ssh.connection;
  if (!client) {
    await ready; // it has rejected
    throw new NoConnection("refused", "the connection ended at once");
  }
  if (types.some((type) => !isPlain(type))) askForHostKeys(client, types);
  const over = lifeOf(client, wire);
  client.once("handshake", () => attempt.meet());
  attempt.listen();
  try {
    await attempt.race(ready);
  } catch (error) {
    const refused = refusal as KeyRefusal | null;
    throw refused ? new NoConnection(refused.trouble, refused.detail) : error;
  }
  return {
    client,
    over,
    heard: () => wire.bytesRead,
    drained: () => drained(wire),
    destroy: () => wire.destroy(),
  };
}

function isPlain(type: string): type is ServerHostKeyAlgorithm {
  return !type.includes("-cert-");
}

function lifeOf(client: Client, wire: Wire): AbortSignal {
  // For its whole life: without a listener, a reset connection would end this process.
  client.on("error", () => {});
  const over = new AbortController();
  client.once("close", () => over.abort());
  wire.once("close", () => over.abort());
  return over.signal;
}
