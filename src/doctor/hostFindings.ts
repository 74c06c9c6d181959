// What an exam of a host means for a deploy: which of it is well, worth a look, or wrong. Pure.

import type { Mark } from "../chat/sentences/doctor.ts";
import type { HostFinding } from "../chat/sentences/doctorHosts.ts";
import type { Host, Site } from "../deploy/order.ts";
import type { ExaminedPath, FromHost, HostExam } from "../ports/examination.ts";
import type { Finding } from "./findings.ts";
import { sudoCommands } from "./sudo.ts";

const MIB = 1_024;
/** Below the first a deploy may well fail; below the second it will. How large a release is, nobody knows here. */
const LITTLE_KIB = 1_024 * MIB;
const LEAST_KIB = 200 * MIB;
const FEW_FILES = 20_000;
const FEWEST_FILES = 2_000;
/** Metrics carry the host's own time and are asked for in buckets of ten seconds; further off, they lie outside of the bake. */
const CLOCK_MS = 3_000;
const CLOCK_WRONG_MS = 30_000;

type Found = (subject: string, mark: Mark, about: HostFinding) => Finding;
type Marked = [mark: Mark, about: HostFinding];

type ExaminedSite = Pick<Site, "kind" | "path" | "restart" | "prepare" | "health">;

/** One finding that all is well, or one for each thing that is not. */
export function hostFindings(
  { host, site, found }: { host: Host; site: ExaminedSite; found: Found },
  answer: FromHost<HostExam>,
): Finding[] {
  if (!answer.ok) return [noHost({ name: host.name, user: host.user, found }, answer)];
  const exam = answer.value;
  const { path } = site;
  const examined = exam.paths.find((one) => one.path === path);
  if (!examined) throw new Error(`${host.name} was not asked about ${path}`);
  const marked = [
    ...pathFindings(examined, host.user),
    ...toolFindings(exam, site),
    ...sudoFindings(exam, site, host.user),
    ...clockFinding(exam),
  ];
  if (marked.length > 0) return marked.map(([mark, about]) => found(host.name, mark, about));
  return [found(host.name, "ok", { kind: "hostWell", user: host.user, path, freeKiB: examined.freeKiB })];
}

export function noHost(
  { name, user, found }: { name: string; user: string; found: Found },
  { trouble, detail }: Extract<FromHost<unknown>, { ok: false }>,
): Finding {
  if (trouble === "noShell") return found(name, "wrong", { kind: "noShell", user, detail });
  // Our own signal: nothing is known of the host.
  return found(name, trouble === "aborted" ? "unchecked" : "wrong", { kind: "hostTrouble", trouble, detail });
}

function pathFindings(path: ExaminedPath, user: string): Marked[] {
  const { state, at, freeKiB, freeFiles } = path;
  const found: Marked[] = [];
  if (state !== "writable" && state !== "creatable") {
    found.push(["wrong", { kind: "pathNotWritable", user, path: path.path, state, at }]);
  }
  if (path.currentIsNoLink) found.push(["wrong", { kind: "currentNotLink", path: path.path }]);
  if (freeKiB !== null && freeKiB < LITTLE_KIB) {
    found.push([freeKiB < LEAST_KIB ? "wrong" : "look", { kind: "diskLow", path: path.path, freeKiB }]);
  }
  if (freeFiles !== null && freeFiles < FEW_FILES) {
    found.push([freeFiles < FEWEST_FILES ? "wrong" : "look", { kind: "filesLow", path: path.path, freeFiles }]);
  }
  return found;
}

/** Where nothing is sent, nothing is unpacked. */
const FOR_RELEASES = ["tar", "gzip", "head"];
/** One of them asks over HTTP whether the service is well. */
const FOR_HTTP = ["curl", "wget"];

function toolFindings({ missing, lacking }: HostExam, { kind, health }: Pick<Site, "kind" | "health">): Marked[] {
  const needed = kind === "commands" ? missing.filter((tool) => !FOR_RELEASES.includes(tool)) : missing;
  const deaf = health?.url !== undefined && FOR_HTTP.every((tool) => lacking.includes(tool));
  const gone = [...needed, ...(deaf ? [FOR_HTTP.join(" or ")] : [])];
  const better = lacking.filter((tool) => !FOR_HTTP.includes(tool));
  return [
    ...(gone.length > 0 ? [["wrong", { kind: "toolsMissing", tools: gone }] satisfies Marked] : []),
    ...(better.length > 0 ? [["look", { kind: "toolsLacking", tools: better }] satisfies Marked] : []),
  ];
}

/** Other targets on the same host have commands of their own. */
function sudoFindings({ refused }: HostExam, site: ExaminedSite, user: string): Marked[] {
  const own = sudoCommands(site);
  return refused
    .filter(({ command }) => own.includes(command))
    .map(({ command, detail }) => ["wrong", { kind: "sudoRefused", user, command, detail }]);
}

function clockFinding({ clockMs }: HostExam): Marked[] {
  const offMs = Math.abs(clockMs);
  if (offMs < CLOCK_MS) return [];
  return [[offMs < CLOCK_WRONG_MS ? "look" : "wrong", { kind: "clockOff", ahead: clockMs > 0, offMs }]];
}
