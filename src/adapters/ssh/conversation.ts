// One order on one host: what the program is given, what it says, and every way in which it may end. Knows neither releases nor what the phases mean.

import { Excerpt } from "./excerpt.ts";
import type { Parcel, Parcels } from "./parcels.ts";
import { type Demand, orderLine, parcelLine, wholeLine } from "./programs.ts";
import { type Phase, Report } from "./report.ts";
import type { Hearer, Standing } from "./standing.ts";
import { Until } from "./until.ts";
import { Upload, whyNotRead } from "./upload.ts";

/** `exited` with the order's code, or with null when a signal ended the program; all other endings are ours or the connection's. */
export type Ending =
  | { how: "exited"; code: number | null }
  | { how: "lost" | "aborted" | "timedOut" | "uploadBroke"; detail: string };

export interface Talk {
  demand: Demand;
  parcels: Parcels;
  /** Sent with the order: the host is known to have to ask for it. */
  along?: Parcel;
  uploadStallMs: number;
  /** How long the program may stay in a phase; Infinity where something else watches. */
  limitMs(phase: Phase): number;
}

export interface Heard {
  ending: Ending;
  report: Report;
  output: string;
  /** The order's own end was seen, and with it everything that the program said. */
  complete: boolean;
  /** Bytes of the archive that were handed over. */
  sent: number;
  /** The program asked for the archive and cannot have had all of it. */
  partlySent: boolean;
}

const outputLimit = 2_000;
/** For output that is still on its way when the order or the program has ended, and for a child that keeps the line open. */
const lastWordsMs = 300;
/** For a program that was told to stop: it ends its children first. */
const stoppingMs = 1_500;

/** Gives a program an order and hears it to one of its endings; the program may then be given the next one, unless it is over. */
export function converse(
  standing: Standing,
  talk: Talk,
  { over, signal }: { over: AbortSignal; signal: AbortSignal },
): Promise<Heard> {
  return new Conversation(standing, talk).run(over, signal);
}

class Conversation implements Hearer {
  readonly #standing: Standing;
  readonly #talk: Talk;
  readonly #number: number;
  readonly #output = new Excerpt(outputLimit);
  readonly #report = new Report(this.#output);
  readonly #lastOutput: Until;
  #upload: Upload | null = null;
  #asked = false;
  /** Bytes of the release, not of lists. */
  #sent = 0;
  /** Nothing more of the release will be asked for. */
  #allSent = false;
  #exit: Ending | null = null;
  #cause: Ending | null = null;
  #timer: NodeJS.Timeout | undefined;
  #finish: (ending: Ending) => void = () => {};

  constructor(standing: Standing, talk: Talk) {
    this.#standing = standing;
    this.#talk = talk;
    this.#number = standing.begin(this);
    this.#lastOutput = new Until(`\n::over ${this.#number}\n`, (bytes) => this.#output.addBytes(bytes));
  }

  async run(over: AbortSignal, signal: AbortSignal): Promise<Heard> {
    const stop = () => this.#stop({ how: "aborted", detail: "stopped" });
    const lost = () => this.#finish({ how: "lost", detail: "the connection was lost" });
    const ended = new Promise<Ending>((resolve) => {
      this.#finish = resolve;
    });
    this.#watchClock();
    over.addEventListener("abort", lost);
    signal.addEventListener("abort", stop);
    if (over.aborted) lost();
    else this.#begin();
    if (signal.aborted) stop();
    const ending = await ended;
    over.removeEventListener("abort", lost);
    signal.removeEventListener("abort", stop);
    this.#lastOutput.flush();
    this.#quit();
    return {
      ending: this.#verdict(ending),
      report: this.#report,
      output: this.#output.toString(),
      complete: ending.how === "exited" && ending.code !== null,
      sent: this.#sent,
      partlySent: this.#asked && !this.#allSent,
    };
  }

  #begin(): void {
    const { demand, along } = this.#talk;
    this.#standing.channel.write(orderLine(demand, this.#number, along));
    if (along) void this.#sendPieces(along);
  }

  hear(bytes: Buffer): void {
    if (this.#report.read(bytes)) this.#onPhase();
    if (this.#report.code !== null && !this.#exit) this.#ended(this.#report.code);
  }

  overhear(bytes: Buffer): void {
    this.#lastOutput.read(bytes);
    if (this.#exit && this.#lastOutput.passed) this.#finish(this.#exit);
  }

  exited(code: number | null): void {
    if (!this.#exit) this.#ended(code);
  }

  closed(): void {
    this.#finish(this.#exit ?? { how: "lost", detail: "the session ended without an exit code" });
  }

  #ended(code: number | null): void {
    const exit: Ending = { how: "exited", code };
    this.#exit = exit;
    if (this.#lastOutput.passed) this.#finish(exit);
    else this.#in(lastWordsMs, () => this.#finish(exit));
  }

  #onPhase(): void {
    if (this.#exit || this.#cause) return;
    this.#watchClock();
    const { phase } = this.#report;
    if (phase === "receiving" || phase === "lacking") void this.#send();
  }

  async #send(): Promise<void> {
    const { demand, parcels } = this.#talk;
    this.#asked = true;
    if (!demand.archive) {
      this.#stop({ how: "uploadBroke", detail: "there is nothing to send" });
      return;
    }
    const parcel = await parcels.next(demand.archive, this.#report).catch((error: Error) => {
      this.#stop({ how: "uploadBroke", detail: whyNotRead(error) });
    });
    if (!parcel || this.#exit || this.#cause) return;
    this.#standing.channel.write(parcelLine(demand, this.#number, parcel));
    await this.#sendPieces(parcel);
  }

  async #sendPieces(parcel: Parcel): Promise<void> {
    const { channel } = this.#standing;
    const { phase } = this.#report;
    this.#asked = true;
    this.#watchClock("receiving");
    const upload = new Upload(parcel, this.#standing);
    this.#upload = upload;
    const { whole, detail } = await upload.send(this.#talk.uploadStallMs);
    if (whole) channel.write(wholeLine(this.#number));
    const ofRelease = parcel.word !== "compare";
    if (ofRelease) this.#sent += upload.sent;
    this.#allSent = whole && ofRelease;
    if (!whole) this.#stop({ how: "uploadBroke", detail });
    else if (this.#report.phase === phase) this.#watchClock(ofRelease ? "unpacking" : "comparing");
  }

  #watchClock(phase = this.#report.phase): void {
    if (this.#exit || this.#cause) return;
    // A program that stands may still be busy with what the order before has left to do.
    const begun = phase === "starting" && this.#number > 1 ? "waiting" : phase;
    const limitMs = this.#talk.limitMs(begun);
    const detail = `the host was silent for ${limitMs / 1000} s (${phase})`;
    this.#in(limitMs, () => this.#stop({ how: "timedOut", detail }));
  }

  #stop(cause: Ending): void {
    if (this.#cause || this.#exit) return;
    this.#cause = cause;
    this.#upload?.stop();
    this.#standing.stop();
    this.#in(stoppingMs, () => this.#finish(cause));
  }

  /** One timer at a time: the newest expectation replaces the one before. */
  #in(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = Number.isFinite(ms) ? setTimeout(then, ms) : undefined;
  }

  #quit(): void {
    clearTimeout(this.#timer);
    this.#upload?.stop();
    if (this.#standing.over || this.#report.code === null) this.#standing.end();
    else this.#standing.rest();
  }

  /** A program that was told to stop and did is not one that failed by itself; one that had already done its work has done it. */
  #verdict(ending: Ending): Ending {
    if (!this.#cause) return ending;
    return ending.how === "exited" && ending.code === 0 ? ending : this.#cause;
  }
}
