// The program that stands on a host for a site, read once; the command that starts it, and the lines that give it orders. Knows no connection.

import { readFileSync } from "node:fs";
import type { Host, Site } from "../../deploy/order.ts";
import type { Archive } from "../../ports/source.ts";
import type { Parcel } from "./parcels.ts";
import { opening, words } from "./quote.ts";

/** Long, and the same for all hosts: quoted once. */
const standing = opening(
  assemble("words", "lock", "commands", "state", "site", "compare", "release", "orders", "standing"),
);

/** How long an order waits for one of another program on the same host, in seconds. */
export const lockPatienceSeconds = 30;

export interface Demand {
  word: "inspect" | "fence" | "prepare" | "rollout" | "rollback";
  /** Null where nothing that runs is changed. */
  token: number | null;
  /** Empty: none. */
  release: string;
  /** What is sent once the host asks for it. */
  archive: Archive | null;
}

/** The command that starts a program with these words. */
export function standingCommand(spoken: string): string {
  return standing + spoken;
}

/** What a program is told that stays the same from order to order. The same words are the same program. */
export function standingWords(host: Host, site: Site): string {
  const environment = Object.entries(site.environment);
  return words([
    site.path,
    host.name,
    String(site.keep),
    String(lockPatienceSeconds),
    environment.every(([name]) => isPlain(name)) ? "export" : "env",
    site.restart,
    seconds(site.restartTimeoutMs),
    site.health?.command ?? "",
    seconds(site.health?.timeoutMs ?? 0),
    seconds(site.health?.intervalMs ?? 0),
    String(site.health?.successes ?? 1),
    site.health?.url ?? "",
    site.kind ?? "release",
    site.prepare?.command ?? "",
    seconds(site.prepare?.timeoutMs ?? 0),
    String(site.shared.length),
    ...site.shared,
    ...environment.map(([name, value]) => `${name}=${value}`),
  ]);
}

/** The line that gives an order. */
export function orderLine({ word, token, release, archive }: Demand, number: number, along?: Parcel): string {
  const sent = along ? `${along.form} ${along.bytes}` : "- -";
  return `${word} ${number} ${token ?? "-"} ${sent} ${archive?.sha256 ?? "-"} /${release}/\n`;
}

/** The line before the bytes of something, which goes on with the order that has asked for it. */
export function parcelLine({ token, release }: Demand, number: number, { word, form, bytes }: Parcel): string {
  return `${word} ${number} ${token ?? "-"} ${form} ${bytes} - /${release}/\n`;
}

/** Comes behind what is sent, and says that all of it was. */
export function wholeLine(number: number): string {
  return `whole ${number}\n`;
}

/** Names that every shell exports like any other, and that the program does not use itself: its own are in small letters. */
function isPlain(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name) && !meantForShells.test(name);
}

const meantForShells =
  /^(PATH|IFS|CDPATH|ENV|HOME|PWD|OLDPWD|SHLVL|SHELL|SHELLOPTS|PS[0-9]|P?PID|E?UID|GROUPS|DIRSTACK|FUNCNAME|FUNCNEST|PIPESTATUS|POSIXLY_CORRECT|RANDOM|SRANDOM|SECONDS|EPOCH.*|LINENO|OPT.*|HIST.*|MAIL.*|TMOUT|COMP_.*|BASH.*|LC_.*|LANG|LD_.*|DYLD_.*|LOCKSTEP_.*)$/;

function seconds(ms: number): string {
  return String(Math.max(ms, 100) / 1000);
}

/** Comments and indentation stay at home: every host would be sent them. */
function assemble(...names: string[]): string {
  const text = names.map((name) => readFileSync(new URL(`scripts/${name}.sh`, import.meta.url), "utf8")).join("");
  return text.replace(/^\s*#.*\n/gm, "").replace(/^ +/gm, "");
}
