// What people have been told of one stream, remembered as facts in `notices/<stream>`: an intent before each post and what came of it. Knows no view.

import { z } from "zod";
import type { StreamName } from "../ports/journal.ts";
import type { Place } from "../ports/thread.ts";
import type { Message } from "../views/message.ts";
import type { Notice } from "../views/notices.ts";
import type { Parts } from "./parts.ts";
import { isFinal, type OpenPost, postOnce } from "./postOnce.ts";
import { noticesStream, parseFacts } from "./stored.ts";

const at = z.number();
const noticeFact = z.discriminatedUnion("kind", [
  /** About to post the notice with this key; until `posted` or `gaveUp` nobody knows whether it is there. */
  z.object({ kind: z.literal("posting"), at, key: z.string(), to: z.string().default("") }),
  z.object({ kind: z.literal("posted"), at, key: z.string(), to: z.string(), channel: z.string(), ts: z.string() }),
  /** Slack will never take it. */
  z.object({ kind: z.literal("gaveUp"), at, key: z.string(), to: z.string(), detail: z.string() }),
  /** A standing notice has said its last. */
  z.object({ kind: z.literal("closed"), at, key: z.string() }),
  /** What follows from the facts up to this version has been told. */
  z.object({ kind: z.literal("told"), at, version: z.int() }),
]);
type NoticeFact = z.infer<typeof noticeFact>;

/** A notice that was told and may still change; `place` is null when Slack did not take it. */
export interface StandingNotice {
  to: string;
  /** When it was told, in ms since 1970. */
  since: number;
  place: Place | null;
  /** As this process last wrote it. */
  text: string | null;
}

/** To one that stands; `closes` when it is its last. */
export interface NoticeChange {
  key: string;
  message: Message;
  closes: boolean;
}

type Needs = Pick<Parts, "journal" | "thread" | "clock" | "log">;
export type Told = { ok: true } | { ok: false; detail: string; retryAfterMs?: number };

export class NoticeLog {
  /** Facts of the stream that have been told of. */
  told = 0;
  readonly standing = new Map<string, StandingNotice>();
  #parts: Needs;
  #stream: StreamName;
  #version = 0;
  #open: (OpenPost & { to: string }) | null = null;

  private constructor(parts: Needs, about: StreamName) {
    this.#parts = parts;
    this.#stream = noticesStream(about);
  }

  static async open(parts: Needs, about: StreamName): Promise<NoticeLog> {
    const log = new NoticeLog(parts, about);
    await log.refresh();
    return log;
  }

  /** Reads on from where the last reading stopped. */
  async refresh(): Promise<void> {
    const recorded = await this.#parts.journal.read(this.#stream, this.#version);
    for (const fact of parseFacts(this.#stream, recorded, noticeFact)) this.#take(fact);
    // Another process may have changed what stands.
    for (const one of this.standing.values()) one.text = null;
  }

  /** Posts it; the key tells it from all others, so that it stands there once. */
  async post({ key, to, message }: Notice): Promise<Told> {
    const { thread, log } = this.#parts;
    const announce = () => this.#append({ kind: "posting", at: this.#now(), key, to });
    const metadata = `${this.#stream}/${key}`;
    const open = this.#openAs(key, metadata);
    const posted = await postOnce(thread, { channel: to, message, key: metadata }, { open, announce });
    if (posted.ok) {
      await this.#append({ kind: "posted", at: this.#now(), key, to, ...posted.value.place });
      if (!posted.value.found) this.#said(key, message);
      return { ok: true };
    }
    if (!isFinal(posted.trouble)) return posted;
    log.warn("somebody cannot be told; it is left at that", { notice: metadata, detail: posted.detail });
    await this.#append({ kind: "gaveUp", at: this.#now(), key, to, detail: posted.detail });
    return { ok: true };
  }

  /** Whether there is a post whose outcome nobody knows and that nobody wants any more: it may stand there with its buttons. */
  strays(wanted: Pick<Notice, "key">[]): boolean {
    const open = this.#open;
    return open !== null && open.to !== "" && !wanted.some(({ key }) => key === open.key);
  }

  /** Looks for such a post, so that it can be closed. */
  async lookForStray(): Promise<Told> {
    if (this.#open === null) return { ok: true };
    const { key, to, since } = this.#open;
    const found = await this.#parts.thread.find(to, { key: `${this.#stream}/${key}`, since });
    if (!found.ok && !isFinal(found.trouble)) return found;
    if (found.ok && found.value) await this.#append({ kind: "posted", at: this.#now(), key, to, ...found.value });
    else await this.close(key);
    return { ok: true };
  }

  close(key: string): Promise<void> {
    return this.#append({ kind: "closed", at: this.#now(), key });
  }

  /** Whether a standing notice says this already. */
  says(key: string, message: Message): boolean {
    const one = this.standing.get(key);
    return one?.place === null || one?.text === JSON.stringify(message);
  }

  async change({ key, message, closes }: NoticeChange): Promise<Told> {
    const place = this.standing.get(key)?.place;
    const updated = place ? await this.#parts.thread.update(place, message) : null;
    if (updated && !updated.ok && !isFinal(updated.trouble)) return updated;
    this.#said(key, message);
    if (closes) await this.close(key);
    return { ok: true };
  }

  /** One that was told and stands no longer; those that end something before places in line. */
  over(standing: Pick<Notice, "key">[]): { key: string; to: string } | undefined {
    const ended = [...this.standing].filter(([key]) => !standing.some((one) => one.key === key));
    const [key, one] = ended.find(([key]) => !key.startsWith("place/")) ?? ended[0] ?? [];
    return key === undefined || one === undefined ? undefined : { key, to: one.to };
  }

  async toldUpTo(version: number): Promise<void> {
    if (version > this.told) await this.#append({ kind: "told", at: this.#now(), version });
  }

  #openAs(key: string, metadata: string): OpenPost | null {
    return this.#open?.key === key ? { key: metadata, since: this.#open.since } : null;
  }

  #said(key: string, message: Message): void {
    const one = this.standing.get(key);
    if (one) one.text = JSON.stringify(message);
  }

  async #append(fact: NoticeFact): Promise<void> {
    const write = { stream: this.#stream, expected: this.#version, facts: [fact] };
    const appended = await this.#parts.journal.append([write]);
    if (!appended.ok) throw new Error(`somebody else writes to ${this.#stream}`);
    this.#take(fact);
  }

  #take(fact: NoticeFact): void {
    this.#version++;
    switch (fact.kind) {
      case "posting":
        this.#open = { key: fact.key, since: fact.at, to: fact.to };
        break;
      case "posted":
        this.#open = null;
        this.standing.set(fact.key, {
          to: fact.to,
          since: fact.at,
          place: { channel: fact.channel, ts: fact.ts },
          text: null,
        });
        break;
      case "gaveUp":
        this.#open = null;
        this.standing.set(fact.key, { to: fact.to, since: fact.at, place: null, text: null });
        break;
      case "closed":
        if (this.#open?.key === fact.key) this.#open = null;
        this.standing.delete(fact.key);
        break;
      case "told":
        this.told = fact.version;
        // What follows from a fact is told once and stands no longer.
        for (const key of this.standing.keys()) if (/^\d+$/.test(key)) this.standing.delete(key);
    }
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}
