// The fleet over SSH: one program run per host and operation, on a connection that stays open. Knows no deploy beyond one host.

import { setMaxListeners } from "node:events";
import type { Host } from "../../deploy/order.ts";
import type { Fleet, HostOutcome, HostTrouble } from "../../ports/fleet.ts";
import type { Log } from "../../ports/log.ts";
import { inspectionOf, outcomeOf, preparationOf } from "./answer.ts";
import { NotStarted } from "./channel.ts";
import { type ConnectionOptions, Connections } from "./connections.ts";
import { converse, type Heard, type Talk } from "./conversation.ts";
import { wrongWithCommand, wrongWithRelease, wrongWithSite, wrongWithToken } from "./demands.ts";
import { limitsOf } from "./limits.ts";
import {
  fenceCommand,
  inspectCommand,
  lockPatienceSeconds,
  prepareCommand,
  rollBackCommand,
  rollOutCommand,
} from "./programs.ts";
import { NoConnection } from "./trouble.ts";

export interface SshFleetOptions extends ConnectionOptions {
  /** An upload of which the host takes nothing for so long is given up. */
  uploadStallMs?: number;
  /** Told once per operation that no host's program could answer, without secrets: at debug what networks do, else at warn. */
  log?: Log;
}

type Told = { ok: false; trouble: HostTrouble; detail: string; maybeRun: boolean };

/** Never rejects: whatever a host does is an answer. */
export function sshFleet(options: SshFleetOptions): Fleet {
  const connections = new Connections(options);
  const uploadStallMs = options.uploadStallMs ?? 20_000;

  /** Once more on a fresh connection when an old one turns out to be dead: every program may be repeated. */
  async function ask(host: Host, talk: Talk, signal: AbortSignal): Promise<Heard | Told> {
    const wrong = wrongWithCommand(talk.command);
    if (wrong) return told("scriptFailed", wrong);
    setMaxListeners(0, signal); // one signal may stop a whole fleet
    if (signal.aborted) return told("aborted", "stopped before anything was done");
    try {
      for (let tries = 0; ; tries += 1) {
        const heard = await connections.use(host, signal, (connection, reused) =>
          converse(connection, talk, signal).catch((error) => {
            if (!connection.over.aborted || !reused || tries > 0 || signal.aborted) throw error;
            return null;
          }),
        );
        if (heard) return heard;
      }
    } catch (error) {
      const answer = explain(error, signal);
      tell(options.log, host, answer);
      return answer;
    }
  }

  async function change(host: Host, talk: Talk, signal: AbortSignal): Promise<HostOutcome> {
    const heard = await ask(host, talk, signal);
    return "report" in heard ? outcomeOf(heard) : refusal(heard);
  }

  return {
    async prepare(host, what, signal) {
      const wrong = wrongWithSite(what.site) ?? wrongWithRelease(what.release);
      if (wrong) return { ok: false, trouble: "scriptFailed", detail: wrong, output: "" };
      const command = prepareCommand(what);
      const limitMs = limitsOf(what.site);
      const heard = await ask(host, { command, archive: what.archive, uploadStallMs, limitMs }, signal);
      if ("report" in heard) return preparationOf(heard);
      return { ok: false, trouble: heard.trouble, detail: heard.detail, output: "" };
    },
    async rollOut(host, what, signal) {
      const wrong = wrongWithSite(what.site) ?? wrongWithRelease(what.release) ?? wrongWithToken(what.token);
      if (wrong) return refusal(told("scriptFailed", wrong));
      const command = rollOutCommand(host, what);
      return change(host, { command, archive: what.archive, uploadStallMs, limitMs: limitsOf(what.site) }, signal);
    },
    async rollBack(host, what, signal) {
      const wrongName = what.to === null ? null : wrongWithRelease(what.to);
      const wrong = wrongWithSite(what.site) ?? wrongName ?? wrongWithToken(what.token);
      if (wrong) return refusal(told("scriptFailed", wrong));
      const command = rollBackCommand(host, what);
      return change(host, { command, archive: null, uploadStallMs, limitMs: limitsOf(what.site) }, signal);
    },
    async inspect(host, site, signal) {
      const wrong = wrongWithSite(site);
      if (wrong) return { ok: false, trouble: "scriptFailed", detail: wrong };
      const talk = { command: inspectCommand(site), archive: null, uploadStallMs, limitMs: () => 15_000 };
      const heard = await ask(host, talk, signal);
      if ("report" in heard) return inspectionOf(heard);
      return { ok: false, trouble: heard.trouble, detail: heard.detail };
    },
    async fence(host, { site, token }, signal) {
      const wrong = wrongWithSite(site) ?? wrongWithToken(token);
      if (wrong) return { ok: false, trouble: "scriptFailed", detail: wrong };
      const limitMs = () => (lockPatienceSeconds + 15) * 1_000;
      const heard = await ask(
        host,
        { command: fenceCommand({ site, token }), archive: null, uploadStallMs, limitMs },
        signal,
      );
      if ("report" in heard) return inspectionOf(heard);
      return { ok: false, trouble: heard.trouble, detail: heard.detail };
    },
    close: (hosts) => connections.close(hosts),
  };
}

function explain(error: unknown, signal: AbortSignal): Told {
  if (error instanceof NoConnection) return told(error.trouble, error.message);
  if (error instanceof NotStarted) {
    const answer = signal.aborted
      ? told("aborted", "stopped before the command was confirmed")
      : told("connectionLost", error.message);
    return { ...answer, maybeRun: error.maybeRun };
  }
  return { ...told("scriptFailed", error instanceof Error ? error.message : String(error)), maybeRun: true };
}

/** What networks and hosts do every day. Anything else, such as another host's key, is for a person to look at. */
const everyday = new Set<HostTrouble>(["refused", "unreachable", "notSsh", "connectionLost", "timedOut", "aborted"]);

function tell(log: Log | undefined, host: Host, { trouble, detail }: Told): void {
  log?.[everyday.has(trouble) ? "debug" : "warn"]("no answer from a host", { host: host.name, trouble, detail });
}

function told(trouble: HostTrouble, detail: string): Told {
  return { ok: false, trouble, detail, maybeRun: false };
}

function refusal({ trouble, detail, maybeRun }: Told): HostOutcome {
  return { ok: false, trouble, detail, touched: maybeRun ? "unknown" : "no", previous: null, output: "" };
}
