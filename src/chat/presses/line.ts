// Buttons of those who wait: join the line, leave it, and take or pass the turn.

import { z } from "zod";
import { leaveButton } from "../../views/lockButtons.ts";
import { wordsAndButtons } from "../../views/message.ts";
import { withWays } from "../../views/ways.ts";
import type { Wanted } from "../bot.ts";
import { inLineSentence, leftLineSentence, lockedSentence } from "../sentences/locks.ts";
import { startedSentence } from "../sentences/replies.ts";
import { milliseconds, onTarget, press, toDeploy } from "./press.ts";

const timeOfDay = z.object({ hour: z.int().min(0).max(23), minute: z.int().min(0).max(59), tomorrow: z.boolean() });
const terms = {
  reason: z.string(),
  lasting: z.union([z.object({ forMs: milliseconds }), z.object({ until: timeOfDay })]).optional(),
};

const wanted: z.ZodType<Wanted> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("lock"), ...terms }),
  z.object({ kind: z.literal("deploy"), ...toDeploy }),
]);

export const wait = press({
  value: z.object({ ...onTarget, wanted }),
  async pressed({ wanted, ...target }, by, bot) {
    const answer = await bot.locks.wait(target, wanted, by);
    if (!answer.ok) return withWays(answer, wanted);
    const text = inLineSentence(answer.target, answer.value);
    return { text, parts: wordsAndButtons(text, [leaveButton(answer.target)]) };
  },
});

export const leave = press({
  value: z.object(onTarget),
  async pressed(target, by, bot) {
    const answer = await bot.locks.leave(target, by);
    return answer.ok ? { text: leftLineSentence(answer.target) } : withWays(answer, { kind: "lock", reason: "" });
  },
});

export const turnToLock = press({
  value: z.object({ ...onTarget, reason: z.string(), forMs: milliseconds.optional() }),
  async pressed({ reason, forMs, ...target }, by, bot) {
    const terms = { reason, lasting: forMs === undefined ? undefined : { forMs } };
    const answer = await bot.locks.lock(target, terms, by);
    if (answer.ok) return { text: lockedSentence(answer.target, answer.value) };
    return withWays(answer, { kind: "lock", ...terms });
  },
});

/** Deploys the commit that was shown, or asks again: never something else behind anybody's back. */
export const turnToDeploy = press({
  value: z.object({ ...onTarget, ...toDeploy, sha: z.string().optional() }),
  async pressed({ ref, sha, hosts, ...target }, by, bot) {
    const answer = await bot.deploy(target, { ref, sha, hosts }, by);
    if (answer.ok) return { text: startedSentence(answer.target, answer.value) };
    return withWays(answer, { kind: "deploy", ref, hosts });
  },
});
