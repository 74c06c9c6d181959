// The fleet over SSH: one program that stands on each host and takes orders, on a connection that stays open. Knows no deploy beyond one host.

import { setMaxListeners } from "node:events";
import type { Host, Site } from "../../deploy/order.ts";
import type { Fleet, HostOutcome, HostTrouble, Inspection } from "../../ports/fleet.ts";
import type { Log } from "../../ports/log.ts";
import { inspectionOf, outcomeOf, preparationOf } from "./answer.ts";
import { NotStarted } from "./channel.ts";
import { type ConnectionOptions, Connections } from "./connections.ts";
import type { Heard, Talk } from "./conversation.ts";
import { wrongWithCommand, wrongWithRelease, wrongWithSite, wrongWithToken } from "./demands.ts";
import { limitsOf } from "./limits.ts";
import { Parcels } from "./parcels.ts";
import { type Demand, lockPatienceSeconds, standingCommand, standingWords } from "./programs.ts";
import { Unheard } from "./standing.ts";
import { Standings } from "./standings.ts";
import { NoConnection } from "./trouble.ts";
import { Turns } from "./turns.ts";

export interface SshFleetOptions extends ConnectionOptions {
  /** An upload of which the host takes nothing for so long is given up. */
  uploadStallMs?: number;
  /** Told once per operation that no host's program could answer, without secrets: at debug what networks do, else at warn. */
  log?: Log;
}

type Told = { ok: false; trouble: HostTrouble; detail: string; maybeRun: boolean };

interface Asked {
  site: Site;
  talk: Talk;
}

export interface SshFleet extends Fleet {
  /** How many connections to hosts are open or being opened; those to gateways are not counted. */
  connections(): number;
}

/** Never rejects: whatever a host does is an answer. */
export function sshFleet(options: SshFleetOptions): SshFleet {
  const connections = new Connections(options);
  const standings = new Standings();
  const turns = new Turns();
  const parcels = new Parcels();
  const uploadStallMs = options.uploadStallMs ?? 20_000;

  /** Once more when an old connection or an old program turns out to be dead: every order may be repeated. */
  async function give(host: Host, { site, talk }: Asked, signal: AbortSignal): Promise<Heard> {
    const words = standingWords(host, site);
    for (let tries = 0; ; tries += 1) {
      const heard = await connections.use(host, signal, (connection, reused) =>
        standings.give(connection, { words, talk }, signal).catch((error) => {
          const stale = error instanceof Unheard || (reused && connection.over.aborted);
          if (!stale || tries > 0 || signal.aborted) throw error;
          return null;
        }),
      );
      if (heard) return heard;
    }
  }

  async function ask(host: Host, asked: Asked, signal: AbortSignal): Promise<Heard | Told> {
    const wrong = wrongWithCommand(standingWords(host, asked.site), standingCommand(""));
    if (wrong) return told("scriptFailed", wrong);
    setMaxListeners(0, signal); // one signal may stop a whole fleet
    if (signal.aborted) return told("aborted", "stopped before anything was done");
    // A look changes nothing and waits for nobody: where the program is at work, another one is started for it.
    const waits = asked.talk.demand.word !== "inspect";
    const done = waits ? await turns.take(placeOf(host, asked.site), signal) : () => {};
    if (!done) return told("aborted", "stopped while another order was at work on this host");
    try {
      return await give(host, asked, signal);
    } catch (error) {
      const answer = explain(error, signal);
      tell(options.log, host, answer);
      return answer;
    } finally {
      done();
    }
  }

  function asking(site: Site, demand: Demand, limitMs: Talk["limitMs"]): Asked {
    return { site, talk: { demand, parcels, uploadStallMs, limitMs } };
  }

  async function change(
    host: Host,
    { site, demand }: { site: Site; demand: Demand },
    signal: AbortSignal,
  ): Promise<HostOutcome> {
    const heard = await ask(host, asking(site, demand, limitsOf(site)), signal);
    return "report" in heard ? outcomeOf(heard) : refusal(heard);
  }

  async function look(
    host: Host,
    { site, demand }: { site: Site; demand: Demand },
    signal: AbortSignal,
  ): Promise<Inspection> {
    const heard = await ask(
      host,
      asking(site, demand, () => lookLimitMs(demand)),
      signal,
    );
    if ("report" in heard) return inspectionOf(heard);
    return { ok: false, trouble: heard.trouble, detail: heard.detail };
  }

  return {
    async prepare(host, { site, release, archive }, signal) {
      const wrong = wrongWithSite(site) ?? wrongWithRelease(release);
      if (wrong) return { ok: false, trouble: "scriptFailed", detail: wrong, output: "" };
      const demand: Demand = { word: "prepare", token: null, release, archive };
      const heard = await ask(host, asking(site, demand, limitsOf(site)), signal);
      if ("report" in heard) return preparationOf(heard);
      return { ok: false, trouble: heard.trouble, detail: heard.detail, output: "" };
    },
    async rollOut(host, { site, release, archive, token }, signal) {
      const wrong = wrongWithSite(site) ?? wrongWithRelease(release) ?? wrongWithToken(token);
      if (wrong) return refusal(told("scriptFailed", wrong));
      return change(host, { site, demand: { word: "rollout", token, release, archive } }, signal);
    },
    async rollBack(host, { site, to, token }, signal) {
      const wrong = wrongWithSite(site) ?? (to === null ? null : wrongWithRelease(to)) ?? wrongWithToken(token);
      if (wrong) return refusal(told("scriptFailed", wrong));
      return change(host, { site, demand: { word: "rollback", token, release: to ?? "", archive: null } }, signal);
    },
    async inspect(host, site, signal) {
      const wrong = wrongWithSite(site);
      if (wrong) return { ok: false, trouble: "scriptFailed", detail: wrong };
      return look(host, { site, demand: { word: "inspect", token: null, release: "", archive: null } }, signal);
    },
    async fence(host, { site, token }, signal) {
      const wrong = wrongWithSite(site) ?? wrongWithToken(token);
      if (wrong) return { ok: false, trouble: "scriptFailed", detail: wrong };
      return look(host, { site, demand: { word: "fence", token, release: "", archive: null } }, signal);
    },
    connections: () => connections.count,
    async close(hosts) {
      await connections.close(hosts);
      if (!hosts) await parcels.close();
    },
  };
}

function placeOf({ user, address, port, gateway }: Host, { path }: Site): string {
  return JSON.stringify([user, address, port, gateway, path]);
}

function lookLimitMs({ word }: Demand): number {
  return word === "fence" ? (lockPatienceSeconds + 15) * 1_000 : 15_000;
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
