// A channel through a gateway, as a wire: it ends when it is destroyed, and whatever the gateway does meanwhile. Knows no host.

import { Duplex } from "node:stream";
import type { ClientChannel } from "ssh2";

export class Tunnel extends Duplex {
  readonly #channel: ClientChannel;
  #bytesRead = 0;

  /** `carrier` aborts when the connection to the gateway is over: then this wire ends with the error `lost`. */
  constructor(channel: ClientChannel, carrier: AbortSignal, lost: Error) {
    // As sockets do: a side that has said all is not written to any more.
    super({ allowHalfOpen: false });
    this.#channel = channel;
    channel.on("data", (piece: Buffer) => {
      this.#bytesRead += piece.length;
      if (!this.push(piece)) channel.pause();
    });
    channel.on("end", () => this.push(null));
    channel.on("close", () => this.destroy());
    channel.on("error", (error: Error) => this.destroy(error));
    const end = () => this.destroy(lost);
    carrier.addEventListener("abort", end);
    this.once("close", () => carrier.removeEventListener("abort", end));
    if (carrier.aborted) end();
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#channel.write(piece, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#channel.eof();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#channel.close();
    this.#channel.resume(); // what nobody reads any more would keep the channel from ending
    done(error);
  }
}
