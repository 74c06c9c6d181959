// One program run on one host over one channel: what it is given, what it says, and every way in which it may end.
// Knows neither releases nor what the phases mean.

import type { ClientChannel } from "ssh2";
import { openChannel } from "./channel.ts";
import type { Connection } from "./connect.ts";
import { Excerpt } from "./excerpt.ts";
import { type Phase, Report } from "./report.ts";
import { Upload } from "./upload.ts";

/** `exited` with a code, or with null when a signal ended the program; all other endings are ours or the connection's. */
export type Ending =
  | { how: "exited"; code: number | null }
  | { how: "lost" | "aborted" | "timedOut" | "uploadBroke"; detail: string };

export interface Talk {
  command: string;
  /** A file that is sent once the program asks for it. */
  archive: { path: string; bytes: number } | null;
  uploadStallMs: number;
  /** How long the program may stay in a phase; Infinity where something else watches. */
  limitMs(phase: Phase): number;
}

export interface Heard {
  ending: Ending;
  report: Report;
  output: string;
  /** The program's own end was seen, and with it everything that it said. */
  complete: boolean;
  /** Bytes of the archive that were handed over. */
  sent: number;
  /** The program asked for the archive and cannot have had all of it. */
  partlySent: boolean;
}

const outputLimit = 2_000;
/** For output that is still on its way when the program has ended, and for a child of its that keeps the line open. */
const lastWordsMs = 300;
/** For a program that was told to stop: it ends its children first. */
const stoppingMs = 1_500;

/** Runs a program to one of its endings. Rejects with `NotStarted` only. */
export async function converse(connection: Connection, talk: Talk, signal: AbortSignal): Promise<Heard> {
  const channel = await openChannel(connection, talk.command, { timeoutMs: talk.limitMs("starting"), signal });
  return new Conversation(channel, talk).run(connection.over, signal);
}

class Conversation {
  readonly #channel: ClientChannel;
  readonly #talk: Talk;
  readonly #output = new Excerpt(outputLimit);
  readonly #report = new Report(this.#output);
  #upload: Upload | null = null;
  #exit: Ending | null = null;
  #cause: Ending | null = null;
  #timer: NodeJS.Timeout | undefined;
  #finish: (ending: Ending) => void = () => {};

  constructor(channel: ClientChannel, talk: Talk) {
    this.#channel = channel;
    this.#talk = talk;
  }

  async run(over: AbortSignal, signal: AbortSignal): Promise<Heard> {
    const stop = () => this.#stop({ how: "aborted", detail: "stopped" });
    const lost = () => this.#finish({ how: "lost", detail: "the connection was lost" });
    const ended = new Promise<Ending>((resolve) => {
      this.#finish = resolve;
    });
    this.#listen();
    this.#watchClock();
    over.addEventListener("abort", lost);
    signal.addEventListener("abort", stop);
    if (over.aborted) lost();
    if (signal.aborted) stop();
    const ending = await ended;
    over.removeEventListener("abort", lost);
    signal.removeEventListener("abort", stop);
    this.#quit();
    const partlySent = this.#upload !== null && !this.#upload.whole;
    return {
      ending: this.#verdict(ending),
      report: this.#report,
      output: this.#output.toString(),
      complete: ending.how === "exited",
      sent: this.#upload?.sent ?? 0,
      partlySent,
    };
  }

  #listen(): void {
    const channel = this.#channel;
    channel.on("data", (bytes: Buffer) => {
      if (this.#report.read(bytes)) this.#onPhase();
    });
    channel.stderr.on("data", (bytes: Buffer) => this.#output.addBytes(bytes));
    channel.on("error", () => {}); // a write that came too late; the close that follows says more
    channel.on("exit", (code: number | null) => {
      this.#exit = { how: "exited", code };
      this.#in(lastWordsMs, () => this.#finish({ how: "exited", code }));
    });
    // What standard error still holds is emitted right after this event.
    channel.on("close", () =>
      setImmediate(() => this.#finish(this.#exit ?? { how: "lost", detail: "the session ended without an exit code" })),
    );
  }

  #onPhase(): void {
    if (this.#exit || this.#cause) return;
    this.#watchClock();
    const { archive, uploadStallMs } = this.#talk;
    if (this.#report.phase !== "receiving" || this.#upload || archive === null) return;
    this.#upload = new Upload(archive, this.#channel);
    void this.#upload.send(uploadStallMs).then(({ whole, detail }) => {
      if (!whole) this.#stop({ how: "uploadBroke", detail });
      else if (this.#report.phase === "receiving") this.#watchClock("unpacking");
    });
  }

  #watchClock(phase = this.#report.phase): void {
    if (this.#exit || this.#cause) return;
    const limitMs = this.#talk.limitMs(phase);
    const detail = `the host was silent for ${limitMs} ms (${phase})`;
    this.#in(limitMs, () => this.#stop({ how: "timedOut", detail }));
  }

  /** Closing our end of the line tells the program to end itself and everything it has started. */
  #stop(cause: Ending): void {
    if (this.#cause || this.#exit) return;
    this.#cause = cause;
    this.#upload?.stop();
    this.#channel.eof();
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
    this.#channel.close();
  }

  /** A program that was told to stop and did is not one that failed by itself; one that had already done its work has done it. */
  #verdict(ending: Ending): Ending {
    if (!this.#cause) return ending;
    return ending.how === "exited" && ending.code === 0 && this.#report.done ? ending : this.#cause;
  }
}
