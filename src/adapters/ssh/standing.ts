// A program that stands on a host behind one channel: one order at a time, in both directions. Knows no order's meaning.

import type { ClientChannel } from "ssh2";
import { NotStarted, openChannel } from "./channel.ts";
import type { Connection } from "./connect.ts";

/** Whoever gives the order that is under way. */
export interface Hearer {
  /** What the program says. */
  hear(bytes: Buffer): void;
  /** What the site's commands print. */
  overhear(bytes: Buffer): void;
  /** `code` is null when a signal ended the program. */
  exited(code: number | null): void;
  closed(): void;
}

/** Nothing was heard of an order that was given to a program which had been standing: its end was not known yet. */
export class Unheard extends NotStarted {
  override name = "Unheard";

  constructor() {
    super("the program on the host was gone", true);
  }
}

export class Standing {
  readonly channel: ClientChannel;
  /** Resolves once what was written has left this process. */
  readonly drained: () => Promise<void>;
  /** It takes no order any more. */
  over = false;
  /** The releases that were on the host when it was last looked at; null when something else was done since. */
  saw: Set<string> | null = null;
  /** Orders given so far. */
  orders = 0;
  #hearer: Hearer | null = null;

  /** Rejects with `NotStarted`. */
  static async open(connection: Connection, command: string, within: { timeoutMs: number; signal: AbortSignal }) {
    return new Standing(connection, await openChannel(connection, command, within));
  }

  /** Between two orders whatever comes is read and dropped: a channel that nobody reads would stop the host's commands. */
  private constructor({ drained }: Connection, channel: ClientChannel) {
    this.channel = channel;
    this.drained = drained;
    channel.on("data", (bytes: Buffer) => this.#hearer?.hear(bytes));
    channel.stderr.on("data", (bytes: Buffer) => this.#hearer?.overhear(bytes));
    channel.on("error", () => {}); // a write that came too late; the close that follows says more
    channel.on("exit", (code: number | null) => {
      this.over = true;
      // A login shell that waits for the program tells so of a signal.
      this.#hearer?.exited(code !== null && code > 128 ? null : code);
    });
    channel.on("close", (code?: number | null) => {
      this.over = true;
      // What standard error still holds is emitted right after this event.
      setImmediate(() => {
        // Where its end came in one piece with its beginning, "exit" was emitted before anybody listened: ssh2 says it here once more.
        if (code !== undefined) this.#hearer?.exited(code);
        this.#hearer?.closed();
      });
    });
  }

  /** Begins an order; returns its number. */
  begin(hearer: Hearer): number {
    this.#hearer = hearer;
    this.orders += 1;
    return this.orders;
  }

  /** The order is over, and the program takes the next one. */
  rest(): void {
    this.#hearer = null;
  }

  /** Tells the program to end itself and everything that its order has started; it is heard until then. */
  stop(): void {
    this.over = true;
    this.channel.eof();
  }

  end(): void {
    this.#hearer = null;
    this.over = true;
    this.channel.close();
  }
}
