// What of a deploy has been shown, remembered as facts in `thread/<id>`: an intent before each post and what came of it. Knows no view.

import { z } from "zod";
import type { StoredFact } from "../ports/journal.ts";
import type { FromThread, Place } from "../ports/thread.ts";
import type { Message } from "../views/message.ts";
import type { Line } from "../views/thread.ts";
import type { Parts } from "./parts.ts";
import { type OpenPost, type Posted, postOnce } from "./postOnce.ts";
import { parseFacts, threadStream } from "./stored.ts";

const at = z.number();
const place = { channel: z.string(), ts: z.string() };
const shownFact = z.discriminatedUnion("kind", [
  /** About to post the message with this key; until `posted` nobody knows whether it is there. */
  z.object({ kind: z.literal("posting"), at, key: z.string() }),
  z.object({ kind: z.literal("rootPosted"), at, ...place }),
  /** `version` is the deploy's fact that the line follows from. */
  z.object({ kind: z.literal("linePosted"), at, version: z.int() }),
  /** Given up: it will never be possible. */
  z.object({ kind: z.literal("skipped"), at, version: z.int(), detail: z.string() }),
  z.object({ kind: z.literal("closed"), at }),
]);
type ShownFact = z.infer<typeof shownFact>;

export interface Shown {
  version: number;
  root: Place | null;
  /** Lines up to this version of the deploy's stream are in the thread. */
  lines: number;
  open: OpenPost | null;
  closed: boolean;
}

/** `hopeless`: it will not be done however often it is tried. */
export type Result = { ok: true } | { ok: false; detail: string; hopeless?: boolean; retryAfterMs?: number };

export class ShownLog {
  state: Shown = { version: 0, root: null, lines: 0, open: null, closed: false };
  /** The message as it was last written by this process. */
  rootText: string | null = null;
  #parts: Parts;
  #deploy: string;

  private constructor(parts: Parts, deploy: string) {
    this.#parts = parts;
    this.#deploy = deploy;
  }

  static async open(parts: Parts, deploy: string): Promise<ShownLog> {
    const log = new ShownLog(parts, deploy);
    const stream = threadStream(deploy);
    for (const fact of parseFacts(stream, await parts.journal.read(stream), shownFact)) log.#take(fact);
    return log;
  }

  async postRoot(channel: string, message: Message): Promise<Result> {
    const posted = await this.#postOnce(channel, message, `${this.#deploy}/root`);
    if (posted.ok) await this.#append({ kind: "rootPosted", at: this.#now(), ...posted.value.place });
    if (posted.ok) this.rootText = posted.value.found ? null : JSON.stringify(message);
    return posted.ok ? posted : { ...posted, hopeless: posted.trouble === "refused" };
  }

  async postLine(root: Place, { version, message }: Line): Promise<Result> {
    const posted = await this.#postOnce(root.channel, message, `${this.#deploy}/${version}`, root);
    if (posted.ok) await this.#append({ kind: "linePosted", at: this.#now(), version });
    if (posted.ok || posted.trouble !== "refused") return posted;
    // What Slack does not take with its parts it may take as words: the line may be the verdict.
    const words = await this.#postOnce(root.channel, { ...message, parts: [] }, `${this.#deploy}/${version}`, root);
    const warning = { deploy: this.#deploy, fact: version, detail: posted.detail };
    this.#parts.log.warn("a line was refused by Slack; it is shown as plain words, if at all", warning);
    if (words.ok) await this.#append({ kind: "linePosted", at: this.#now(), version });
    if (words.ok || words.trouble !== "refused") return words;
    await this.#append({ kind: "skipped", at: this.#now(), version, detail: posted.detail });
    return { ok: true };
  }

  async updateRoot(root: Place, message: Message): Promise<Result> {
    const updated = await this.#parts.thread.update(root, message);
    const settled = updated.ok || updated.trouble === "refused";
    if (settled) this.rootText = JSON.stringify(message);
    if (!updated.ok && settled)
      this.#parts.log.warn("a deploy's message cannot be updated", { deploy: this.#deploy, detail: updated.detail });
    return settled ? { ok: true } : updated;
  }

  close(): Promise<void> {
    return this.#append({ kind: "closed", at: this.#now() });
  }

  #postOnce(channel: string, message: Message, key: string, under?: Place): Promise<FromThread<Posted>> {
    const announce = () => this.#append({ kind: "posting", at: this.#now(), key });
    return postOnce(this.#parts.thread, { channel, message, key, under }, { open: this.state.open, announce });
  }

  async #append(fact: ShownFact): Promise<void> {
    const stream = threadStream(this.#deploy);
    const stored: StoredFact = fact;
    const appended = await this.#parts.journal.append([{ stream, expected: this.state.version, facts: [stored] }]);
    if (!appended.ok) throw new Error(`somebody else writes to ${stream}`);
    this.#take(fact);
  }

  #take(fact: ShownFact): void {
    const state = { ...this.state, version: this.state.version + 1 };
    switch (fact.kind) {
      case "posting":
        this.state = { ...state, open: { key: fact.key, since: fact.at } };
        break;
      case "rootPosted":
        this.state = { ...state, open: null, root: { channel: fact.channel, ts: fact.ts } };
        break;
      case "linePosted":
      case "skipped":
        this.state = { ...state, open: null, lines: fact.version };
        break;
      case "closed":
        this.state = { ...state, closed: true };
    }
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}
