// Everything that can become true in the life of a deploy. Facts are appended to `deploy/<id>` and never edited; how they are read
// back, what is unknown and what is old is decided here and nowhere else.

import { z } from "zod";
import { look, watched } from "../canary/readings.ts";
import { checkResult, judgement } from "../canary/verdict.ts";
import { changes, order, person, release } from "./order.ts";

const at = z.number();
/** Which part of the rollout a host was switched in: `back` is the way back. */
export const phase = z.enum(["canary", "fleet", "back"]);
export type Phase = z.infer<typeof phase>;

/** Why something did not work on a host. Each one has words in chat/sentences/hosts.ts. */
export const hostTrouble = z.enum([
  "refused", // nothing listens there, or it hung up at once
  "unreachable", // no answer in time, no route, no such name
  "gatewayDown", // the gateway that leads to it cannot be reached, or does not reach it
  "unknownHostKey", // not in known_hosts
  "wrongHostKey", // in known_hosts, with another key
  "noLogin", // the host does not accept our key
  "notSsh", // something else answers on that port
  "uploadFailed", // the release did not arrive whole
  "unpackFailed",
  "diskFull",
  "notPermitted", // the user may not write the deploy path
  "readOnly", // the deploy path is on a file system that takes nothing
  "prepareFailed", // the prepare command exited with something else than 0
  "restartFailed", // the restart command exited with something else than 0
  "unhealthy", // not as often on end as it has to be, in its time
  "noSuchRelease", // asked to go back to a release that is no longer on the host
  "timedOut", // an operation took longer than it may
  "connectionLost", // the connection broke after something had been sent
  "fenced", // the host has seen a newer fencing token: another process drives
  "aborted", // our own signal
  "scriptFailed",
]);

/** Why a deploy goes back, or ends before it began. */
export const backReason = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("verdict") }),
  z.object({ kind: z.literal("lateAlert") }),
  z.object({ kind: z.literal("host"), host: z.string() }),
  z.object({ kind: z.literal("hostsUnreachable"), hosts: z.array(z.string()) }),
  z.object({ kind: z.literal("build"), detail: z.string() }),
  z.object({ kind: z.literal("noAnswer") }),
  z.object({ kind: z.literal("person"), by: person }),
  z.object({ kind: z.literal("aborted"), by: person }),
]);
export type BackReason = z.infer<typeof backReason>;

export const outcome = z.enum([
  "deployed",
  "rolledBack", // every host that had been touched is back
  "untouched", // ended before any host was switched
  "incomplete", // some host is not where it belongs, and is named
]);
export type Outcome = z.infer<typeof outcome>;

/** Names what a person did, the same when Slack delivers it twice. */
const asked = z.string().optional();
const hostFact = { at, host: z.string() };

export const deployFact = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("requested"), at, order }),
  /** What a host runs, as seen on the host itself. */
  z.object({ kind: z.literal("looked"), ...hostFact, current: z.string().nullable(), healthy: z.string().nullable() }),
  z.object({ kind: z.literal("notReached"), ...hostFact, trouble: hostTrouble, detail: z.string() }),
  /** What ran before and what lies between; `previous.commit` is unknown when the release's name tells none. */
  z.object({
    kind: z.literal("compared"),
    at,
    previous: z.object({ name: z.string(), commit: release.shape.commit.nullable() }).nullable(),
    changes: changes.nullable(),
  }),
  z.object({ kind: z.literal("built"), at, bytes: z.number(), sha256: z.string() }),
  z.object({ kind: z.literal("buildFailed"), at, detail: z.string() }),
  /** A marker on the graphs was sent, or given up (`trouble`): it never holds a deploy up. */
  z.object({ kind: z.literal("marked"), at, which: z.enum(["start", "end"]), trouble: z.string().nullable() }),
  /** States of the monitors before the canary goes out, by check; null when they could not be read. */
  z.object({ kind: z.literal("noted"), at, monitors: z.record(z.string(), z.array(watched).nullable()) }),
  /** From here on the release is being put on these hosts, beside what runs: harmless, whatever comes of it. */
  z.object({ kind: z.literal("preparing"), at, hosts: z.array(z.string()) }),
  /** The release lies ready there. `sent`: bytes that had to be sent for it. */
  z.object({ kind: z.literal("prepared"), ...hostFact, sent: z.number() }),
  z.object({
    kind: z.literal("notPrepared"),
    ...hostFact,
    trouble: hostTrouble,
    detail: z.string(),
    output: z.string(),
  }),
  /** Intent: from here until the result, what the host runs is unknown. */
  z.object({ kind: z.literal("switching"), ...hostFact, phase }),
  z.object({ kind: z.literal("switched"), ...hostFact, phase, output: z.string().optional() }),
  z.object({
    kind: z.literal("notSwitched"),
    ...hostFact,
    phase,
    trouble: hostTrouble,
    touched: z.enum(["no", "yes", "unknown"]),
    detail: z.string(),
    output: z.string(),
  }),
  /** `batch`: which one has just been switched (counted from 0); left out after the canary. */
  z.object({ kind: z.literal("bakeStarted"), at, batch: z.int().optional() }),
  z.object({ kind: z.literal("measured"), ...look.shape }),
  z.object({ kind: z.literal("judged"), at, judgement }),
  /** Too many hosts of the fleet failed: a person is asked. */
  z.object({ kind: z.literal("asked"), at, hosts: z.array(z.string()) }),
  z.object({ kind: z.literal("promoteOrdered"), at, by: person.nullable(), asked }),
  z.object({ kind: z.literal("retryOrdered"), at, by: person, asked }),
  z.object({ kind: z.literal("backOrdered"), at, why: backReason, asked }),
  /** A person says that a check had no reason to stop it. Changes nothing about the deploy; also after it has ended. */
  z.object({ kind: z.literal("falseAlarm"), at, check: z.string(), by: person }),
  /** The bot itself failed: nothing more is touched until a person says what to do. */
  z.object({ kind: z.literal("broke"), at, step: z.string(), detail: z.string() }),
  /** A monitor alerted after the bake had passed: results of the checks of monitors. May come after `ended`, as may the next one. */
  z.object({ kind: z.literal("alertedLate"), at, results: z.array(checkResult) }),
  /** The monitors were watched for long enough after the bake; `results` are those that could not tell at the end. */
  z.object({ kind: z.literal("watchEnded"), at, results: z.array(checkResult) }),
  /** Monitors that were red at the verdict, as they are since: green again, or still red a good while later. May come after `ended`. */
  z.object({ kind: z.literal("redEnded"), at, monitors: z.array(watched) }),
  /** The clock is that much behind the latest time on record: it was set back, or was ahead before. What it waits for is counted in the time as it is now. */
  z.object({ kind: z.literal("clockSetBack"), at, byMs: z.number() }),
  z.object({ kind: z.literal("ended"), at, outcome }),
]);

export type DeployFact = z.infer<typeof deployFact>;
export type FactOf<K extends DeployFact["kind"]> = Extract<DeployFact, { kind: K }>;
