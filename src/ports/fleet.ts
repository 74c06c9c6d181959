// The hosts, as the runner sees them: one answer per host, always, and never an exception for something a host did.

import type { z } from "zod";
import type { hostTrouble } from "../deploy/facts.ts";
import type { Host, Site } from "../deploy/order.ts";
import type { Archive } from "./source.ts";

/** Why something did not work on a host: the closed list in deploy/facts.ts. */
export type HostTrouble = z.infer<typeof hostTrouble>;

/** What is known of the release a host runs after an operation that did not succeed. */
export type Touched = "no" | "yes" | "unknown";

export type HostOutcome =
  | {
      ok: true;
      /** Release that was current before; null when there was none. */
      previous: string | null;
      output: string;
    }
  | {
      ok: false;
      trouble: HostTrouble;
      /** Whether `current` was switched. `unknown` when the connection was lost at a bad moment: inspect before acting. */
      touched: Touched;
      previous: string | null;
      /** One line for people: exit code, error text. Holds no secret. */
      detail: string;
      /** First and last part of what the host's commands printed, at most 2,000 characters; how much was left out is said between them. */
      output: string;
    };

/** `sent`: bytes of the release that the host did not have. `output` as below. */
export type Preparation =
  | { ok: true; sent: number; output: string }
  | { ok: false; trouble: HostTrouble; detail: string; output: string };

export type Inspection =
  | {
      ok: true;
      /** Release that `current` points to; null when there is none. */
      current: string | null;
      /** The release whose restart and health check were last completed on this host. */
      healthy: string | null;
      /** Release names on the host, oldest first. */
      releases: string[];
    }
  | { ok: false; trouble: HostTrouble; detail: string };

export interface Prepare {
  site: Site;
  /** Name of the directory below `releases/`. */
  release: string;
  /** Null for a site of commands: nothing is sent. */
  archive: Archive | null;
}

export interface RollOut extends Prepare {
  /** Fencing token of this order: larger than that of any order before it. */
  token: number;
}

export interface RollBack {
  site: Site;
  /** Release to go back to; null removes `current` (there was none before). */
  to: string | null;
  token: number;
}

/** Safe to repeat: a host that already has what is asked for answers `ok` without doing it again. */
export interface Fleet {
  /** Puts the release on the host, complete, beside what runs there. Changes nothing that runs, and needs no token. */
  prepare(host: Host, what: Prepare, signal: AbortSignal): Promise<Preparation>;
  /** Prepares what is not prepared, switches to it, restarts, and waits until it is well. */
  rollOut(host: Host, what: RollOut, signal: AbortSignal): Promise<HostOutcome>;
  rollBack(host: Host, what: RollBack, signal: AbortSignal): Promise<HostOutcome>;
  inspect(host: Host, site: Site, signal: AbortSignal): Promise<Inspection>;
  /**
   * Waits for whatever is at work on the host, looks, and from then on lets the host refuse orders that are older than `token`: what was
   * seen stays true, also when an order that was believed lost still lives there.
   */
  fence(host: Host, what: { site: Site; token: number }, signal: AbortSignal): Promise<Inspection>;
  /** Closes the connections to these hosts, all when left out. */
  close(hosts?: Host[]): Promise<void>;
}
