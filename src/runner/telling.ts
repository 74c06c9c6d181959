// One place where a deploy is shown: its message and the lines below it, each posted once. Knows no fact of the deploy and no other place.

import type { FromThread, Place } from "../ports/thread.ts";
import type { Message } from "../views/message.ts";
import { headline } from "../views/root.ts";
import type { Line } from "../views/thread.ts";
import { Pacing } from "./pacing.ts";
import type { Parts } from "./parts.ts";
import { type Posted, postOnce } from "./postOnce.ts";
import type { Shown, ShownLog, ShownStep } from "./shownLog.ts";

/** Lines that may be posted before the message itself has its turn. */
const LINES_IN_A_ROW = 5;
/** A message that somebody deletes again and again is not posted for ever. */
const MOST_ROOTS = 3;

export interface Due {
  message: Message;
  /** The oldest line that is not there yet. */
  line: Line | undefined;
}

export interface Where {
  deploy: string;
  /** A channel of the configuration, or a person. */
  channel: string;
  /** It is told there because the deploy's own channel takes nothing. */
  aside: boolean;
}

type Kind = "post" | "change";

export class Telling {
  readonly where: Where;
  readonly #pacing: Record<Kind, Pacing>;
  /** Why nothing is taken here, by what was tried; null as far as is known. */
  #shut: Record<Kind, string | null> = { post: null, change: null };
  /** The state as this process last wrote it. */
  #said: Message | null = null;
  /** What stands there can no longer be changed. */
  #fixed = false;
  #linesSinceUpdate = 0;
  readonly #parts: Parts;
  readonly #log: ShownLog;

  constructor(parts: Parts, log: ShownLog, where: Where) {
    this.#parts = parts;
    this.#log = log;
    this.where = where;
    this.#pacing = { post: new Pacing(parts.clock), change: new Pacing(parts.clock) };
  }

  get shown(): Shown {
    return this.#log.shown(this.#aside);
  }

  /** Why this place takes nothing; null when it does, as far as is known. */
  get shut(): string | null {
    return this.#shut.post ?? this.#shut.change;
  }

  /** Whether everything that is due stands there. */
  isDone({ message, line }: Due): boolean {
    return this.shown.root !== null && !line && !this.#isStale(message);
  }

  /**
   * Does the most important thing that is due and may be tried by now: the message, then lines, then the message's newest state. `newest` is asked for once
   * that has its turn: latest wins. False when there was nothing to do.
   */
  async tell({ message, line }: Due, newest: () => Promise<Message>, stop: AbortSignal): Promise<boolean> {
    const { root } = this.shown;
    const mayPost = this.#may("post");
    const mayChange = this.#isStale(message) && this.#may("change");
    if (root === null) {
      if (mayPost) await this.#postRoot(message);
      return mayPost;
    }
    // Lines first; but with many of them the message, with its buttons, must not stay behind.
    if (line && mayPost && !(mayChange && this.#linesSinceUpdate >= LINES_IN_A_ROW)) {
      this.#linesSinceUpdate++;
      await this.#postLine(root, line);
      return true;
    }
    if (!mayChange) return false;
    await this.#pacing.change.beforeUpdate(stop);
    if (stop.aborted) return false;
    this.#linesSinceUpdate = 0;
    await this.#showState(root, await newest());
    return true;
  }

  /** When what could not be done is to be tried again, in ms since 1970. */
  retryAt({ message, line }: Due): number {
    const { root } = this.shown;
    const post = line || root === null ? this.#pacing.post.retryAt() : Number.POSITIVE_INFINITY;
    const change = root && this.#isStale(message) ? this.#pacing.change.retryAt() : Number.POSITIVE_INFINITY;
    return Math.min(post, change);
  }

  append(step: ShownStep): Promise<void> {
    return this.#log.append(this.#aside, step);
  }

  get #aside(): string | null {
    return this.where.aside ? this.where.channel : null;
  }

  #may(kind: Kind): boolean {
    return this.#parts.clock.now() >= this.#pacing[kind].retryAt();
  }

  #isStale(message: Message): boolean {
    if (!this.#fixed) return JSON.stringify(message) !== JSON.stringify(this.#said);
    const stands = this.shown.state?.headline ?? (this.#said && headline(this.#said));
    return headline(message) !== stands;
  }

  async #postRoot(message: Message): Promise<void> {
    const { roots } = this.shown;
    const posted = await this.#postOnce(message, roots === 0 ? "root" : `root/${roots}`);
    if (posted.ok) await this.append({ kind: "rootPosted", ...posted.value.place });
    if (posted.ok) this.#stands(posted.value.found ? null : message);
    // Not even as words: nothing can be told here.
    const refused = !posted.ok && posted.trouble === "refused";
    this.#settle("post", refused ? { ...posted, trouble: "shut" } : posted);
  }

  async #postLine(root: Place, { version, message }: Line): Promise<void> {
    const posted = await this.#postOnce(message, `${version}`, root);
    if (posted.ok) await this.append({ kind: "linePosted", version });
    else if (this.#isLost(posted)) return this.append({ kind: "rootGone" });
    else if (posted.trouble === "refused" || posted.trouble === "gone")
      return this.append({ kind: "skipped", version, detail: posted.detail });
    this.#settle("post", posted);
  }

  async #showState(root: Place, message: Message): Promise<void> {
    const { state, states } = this.shown;
    const done: FromThread<Posted | null> = this.#fixed
      ? await this.#postOnce(message, `state/${states}`, root)
      : await this.#parts.thread.update(state?.place ?? root, message);
    if (done.ok && done.value)
      await this.append({ kind: "statePosted", headline: headline(message), ...done.value.place });
    if (done.ok) this.#stands(done.value?.found ? null : message);
    else if (this.#isLost(done)) return this.append({ kind: "rootGone" });
    else if (done.trouble === "fixed") this.#fixed = true;
    else if (done.trouble === "refused" || done.trouble === "gone") {
      this.#warn("a deploy's message cannot be updated", done.detail);
      this.#said = message;
    }
    if (done.ok || done.trouble !== "fixed") this.#settle("change", done);
  }

  /** Null: what is there may say what was so at an earlier try. */
  #stands(message: Message | null): void {
    this.#said = message;
    this.#fixed = false;
  }

  /** The message was deleted: a new one is posted. */
  #isLost(failure: Extract<FromThread<unknown>, { ok: false }>): boolean {
    return failure.trouble === "gone" && this.shown.roots < MOST_ROOTS;
  }

  async #postOnce(message: Message, name: string, under?: Place): Promise<FromThread<Posted>> {
    const { deploy, channel, aside } = this.where;
    const key = `${deploy}/${aside ? "aside/" : ""}${name}`;
    const once = async (message: Message) =>
      postOnce(
        this.#parts.thread,
        { channel, message, key, under },
        {
          open: this.shown.open,
          announce: () => this.append({ kind: "posting", key }),
          demandHeld: () => this.#log.demandHeld(),
        },
      );
    const posted = await once(message);
    if (posted.ok || posted.trouble !== "refused") return posted;
    // What is not taken with its parts may be taken as words: it may be the verdict.
    this.#warn("Slack refuses a message; it is shown as plain words, if at all", posted.detail);
    return once({ ...message, parts: [] });
  }

  #settle(kind: Kind, done: FromThread<unknown>): void {
    const before = this.#shut[kind];
    this.#shut[kind] = !done.ok && done.trouble === "shut" ? done.detail : null;
    if (done.ok) {
      this.#pacing[kind].succeeded();
      // What goes again for the one may go again for the other.
      if (before !== null) for (const pacing of Object.values(this.#pacing)) pacing.succeeded();
      return;
    }
    this.#pacing[kind].failed(done.retryAfterMs);
    if (done.trouble !== "rateLimited" && before === null)
      this.#warn("a deploy's thread could not be written; it is tried again", done.detail);
  }

  #warn(message: string, detail: string): void {
    const { deploy, channel } = this.where;
    this.#parts.log.warn(message, { deploy, channel, detail });
  }
}
