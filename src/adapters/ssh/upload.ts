// Sends pieces into a channel as fast as the other side takes it, and notices when it takes nothing any more.

import type { Parcel } from "./parcels.ts";
import type { Standing } from "./standing.ts";

export interface UploadEnd {
  /** The whole file was handed to the channel; the host may have all of it. */
  whole: boolean;
  /** Why not. */
  detail: string;
}

export class Upload {
  /** All of it was handed over. */
  whole = false;
  /** Bytes handed over so far. */
  sent = 0;
  readonly #parcel: Parcel;
  readonly #standing: Standing;
  #stopped = false;
  #interrupt: () => void = () => {};

  constructor(parcel: Parcel, standing: Standing) {
    this.#parcel = parcel;
    this.#standing = standing;
  }

  /** Resolves once the file is sent, cannot be read, nothing moved for `stallMs`, or `stop` was called. Leaves the channel open. */
  async send(stallMs: number): Promise<UploadEnd> {
    try {
      for await (const piece of this.#parcel.pieces()) {
        if (this.#stopped) return { whole: false, detail: "stopped in the middle of the upload" };
        this.sent += piece.length;
        if (!(await this.#write(piece, stallMs))) {
          return { whole: false, detail: `the host took nothing of the upload for ${stallMs / 1000} s` };
        }
      }
      if (this.#stopped) return { whole: false, detail: "stopped at the end of the upload" };
      this.whole = true;
      return { whole: true, detail: "" };
    } catch (error) {
      return { whole: false, detail: whyNotRead(error as Error) };
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#interrupt();
  }

  /**
   * The channel calls back when the host's window has taken a piece, and hands it on without asking whether the line takes more: what waits there for many
   * hosts is memory. There is no other sign of progress.
   */
  #write(piece: Buffer, stallMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (moved: boolean) => {
        clearTimeout(timer);
        resolve(moved);
      };
      const timer = setTimeout(() => settle(false), stallMs);
      this.#interrupt = () => settle(true);
      this.#standing.channel.write(piece, () => void this.#standing.drained().then(() => settle(true)));
    });
  }
}

export function whyNotRead(error: NodeJS.ErrnoException): string {
  return error.code ? `the archive cannot be read: ${error.code}` : error.message;
}
