// Keeps the beginning and the end of a text of any length. Memory stays the same however much is printed.

import { StringDecoder } from "node:string_decoder";

/** At most `limit` characters of what was added, the middle left out and said so. */
export class Excerpt {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  readonly #decoder = new StringDecoder("utf8");
  #head = "";
  #tail = "";
  #dropped = 0;

  constructor(limit: number) {
    const room = limit - 60; // for the line that says what was left out
    this.#headLimit = Math.floor(room * 0.3);
    this.#tailLimit = room - this.#headLimit;
  }

  /** Bytes of one stream: a character split over two pieces stays whole. */
  addBytes(bytes: Buffer): void {
    this.addText(this.#decoder.write(bytes));
  }

  addText(text: string): void {
    const toHead = text.slice(0, this.#headLimit - this.#head.length);
    this.#head += toHead;
    this.#tail += text.slice(toHead.length);
    // Trimmed only when it has grown well past its limit: one copy per piece would be slow for small pieces.
    if (this.#tail.length > this.#tailLimit * 8) this.#trim();
  }

  toString(): string {
    this.#trim();
    if (this.#dropped === 0) return printable(this.#head + this.#tail);
    return `${printable(this.#head)}\n… ${this.#dropped} characters left out …\n${printable(this.#tail)}`;
  }

  #trim(): void {
    const surplus = this.#tail.length - this.#tailLimit;
    if (surplus <= 0) return;
    this.#dropped += surplus;
    // A slice would keep the whole long text alive behind it; a round trip through bytes lets it go.
    this.#tail = Buffer.from(this.#tail.slice(surplus)).toString();
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const COLOURS = /\x1b\[[0-9;?]*[ -/]*[@-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f]/g;

/** As it goes into the journal and to people: without what moves a terminal's cursor, rings its bell or ends a text early. */
function printable(text: string): string {
  return text.replace(COLOURS, "").replace(/\r\n?/g, "\n").replace(CONTROLS, "");
}
