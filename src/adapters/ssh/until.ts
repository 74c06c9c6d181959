// Lets bytes through up to a mark, however they are cut into pieces. Knows no stream.

export class Until {
  /** The mark has come; nothing is let through any more. */
  passed = false;
  readonly #mark: Buffer;
  readonly #pass: (bytes: Buffer) => void;
  #held: Buffer = Buffer.alloc(0);

  constructor(mark: string, pass: (bytes: Buffer) => void) {
    this.#mark = Buffer.from(mark);
    this.#pass = pass;
  }

  read(piece: Buffer): void {
    if (this.passed) return;
    const bytes = this.#held.length > 0 ? Buffer.concat([this.#held, piece]) : piece;
    const at = bytes.indexOf(this.#mark);
    this.passed = at >= 0;
    const end = this.passed ? at : bytes.length - this.#begun(bytes);
    if (end > 0) this.#pass(bytes.subarray(0, end));
    this.#held = Buffer.from(bytes.subarray(this.passed ? bytes.length : end));
  }

  /** What is still held back was no mark. */
  flush(): void {
    if (!this.passed && this.#held.length > 0) this.#pass(this.#held);
    this.#held = Buffer.alloc(0);
  }

  /** How many of the last bytes may be the beginning of the mark. */
  #begun(bytes: Buffer): number {
    for (let length = Math.min(this.#mark.length - 1, bytes.length); length > 0; length -= 1) {
      if (bytes.subarray(-length).equals(this.#mark.subarray(0, length))) return length;
    }
    return 0;
  }
}
