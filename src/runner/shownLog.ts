// What of a deploy has been shown and where, remembered as facts in `thread/<id>`: an intent before each post and what came of it. Knows no view.

import { z } from "zod";
import type { Journal, StoredFact } from "../ports/journal.ts";
import type { Place } from "../ports/thread.ts";
import type { Parts } from "./parts.ts";
import type { OpenPost } from "./postOnce.ts";
import { parseFacts, threadStream } from "./stored.ts";

const at = z.number();
const place = { channel: z.string(), ts: z.string() };
const step = z.discriminatedUnion("kind", [
  /** About to post the message with this key; until `posted` nobody knows whether it is there. */
  z.object({ kind: z.literal("posting"), at, key: z.string() }),
  z.object({ kind: z.literal("rootPosted"), at, ...place }),
  /** The message cannot be changed any more: from here on the state stands in a reply. */
  z.object({ kind: z.literal("statePosted"), at, headline: z.string(), ...place }),
  /** Somebody has deleted the message. */
  z.object({ kind: z.literal("rootGone"), at }),
  /** `version` is the deploy's fact that the line follows from. */
  z.object({ kind: z.literal("linePosted"), at, version: z.int() }),
  /** Given up: it will never be possible. */
  z.object({ kind: z.literal("skipped"), at, version: z.int(), detail: z.string() }),
  z.object({ kind: z.literal("closed"), at }),
]);
/** `to` is a channel or a person who is told because the deploy's own channel takes nothing. */
const aside = z.object({ kind: z.literal("aside"), at, to: z.string(), step });
const shownFact = z.discriminatedUnion("kind", [...step.options, aside]);
type ShownFact = z.infer<typeof shownFact>;
type Timed = z.infer<typeof step>;
export type ShownStep = { [K in Timed["kind"]]: Omit<Extract<Timed, { kind: K }>, "at"> }[Timed["kind"]];

/** A message and the lines below it, in one place. */
export interface Shown {
  root: Place | null;
  /** Messages that have been posted as `root` so far. */
  roots: number;
  /** Replies with the state, posted where the message could not be changed any more. */
  states: number;
  /** The newest of these. */
  state: { place: Place; headline: string } | null;
  /** Lines up to this version of the deploy's stream are there. */
  lines: number;
  open: OpenPost | null;
  closed: boolean;
}

const NOTHING: Shown = { root: null, roots: 0, states: 0, state: null, lines: 0, open: null, closed: false };

/** Whether the thread of this deploy has said its last. */
export async function isComplete(journal: Journal, deploy: string): Promise<boolean> {
  const recorded = await journal.read(threadStream(deploy));
  return recorded.some(({ fact }) => fact?.kind === "closed");
}

/** Another process shows this thread by now: what this one knows of it is not the newest. */
export class ShownElsewhere extends Error {
  override name = "ShownElsewhere";
}

export class ShownLog {
  #parts: Parts;
  #deploy: string;
  #version = 0;
  #own: Shown = NOTHING;
  #asides = new Map<string, Shown>();

  readonly #held: () => boolean;

  private constructor(parts: Parts, deploy: string, held: () => boolean) {
    this.#parts = parts;
    this.#deploy = deploy;
    this.#held = held;
  }

  /** `held`: whether nobody else may write to it, for those that do. */
  static async open(parts: Parts, deploy: string, held = () => true): Promise<ShownLog> {
    const log = new ShownLog(parts, deploy, held);
    const stream = threadStream(deploy);
    for (const fact of parseFacts(stream, await parts.journal.read(stream), shownFact)) log.#take(fact);
    return log;
  }

  /** In the deploy's own channel, or told to `aside`. */
  shown(aside: string | null): Shown {
    return aside === null ? this.#own : (this.#asides.get(aside) ?? NOTHING);
  }

  /** To be called right before a message is posted. Throws `ShownElsewhere` after a sleep, in which somebody else may have posted it. */
  demandHeld(): void {
    if (!this.#held()) throw new ShownElsewhere(`others may write to ${threadStream(this.#deploy)} by now`);
  }

  /** Throws `ShownElsewhere` when somebody else has written to the stream. */
  async append(aside: string | null, step: ShownStep): Promise<void> {
    const stream = threadStream(this.#deploy);
    const now = this.#parts.clock.now();
    const own = { ...step, at: now } as Timed;
    const fact: ShownFact = aside === null ? own : { kind: "aside", at: now, to: aside, step: own };
    const stored: StoredFact = fact;
    const appended = await this.#parts.journal.append([{ stream, expected: this.#version, facts: [stored] }]);
    if (!appended.ok) throw new ShownElsewhere(`somebody else writes to ${stream}`);
    this.#take(fact);
  }

  #take(fact: ShownFact): void {
    this.#version += 1;
    if (fact.kind !== "aside") this.#own = after(this.#own, fact);
    else this.#asides.set(fact.to, asideAfter(this.shown(fact.to), fact.step));
  }
}

function after(shown: Shown, step: Timed): Shown {
  switch (step.kind) {
    case "posting":
      return { ...shown, open: { key: step.key, since: step.at } };
    case "rootPosted": {
      const root = { channel: step.channel, ts: step.ts };
      return { ...shown, open: null, root, state: null, roots: shown.roots + 1 };
    }
    case "statePosted": {
      const { channel, ts, headline } = step;
      return { ...shown, open: null, states: shown.states + 1, state: { place: { channel, ts }, headline } };
    }
    case "rootGone":
      return { ...shown, open: null, root: null, state: null };
    case "linePosted":
    case "skipped":
      return { ...shown, open: null, lines: step.version };
    case "closed":
      return { ...shown, closed: true };
  }
}

/** When it has said its last, the next time begins with a message of its own. */
function asideAfter(shown: Shown, step: Timed): Shown {
  const next = after(shown, step);
  if (step.kind === "closed") return { ...next, open: null, root: null, state: null };
  return step.kind === "rootPosted" ? { ...next, closed: false } : next;
}
