// Bytes as lines. Only a line feed ends one: what people wrote may hold other breaks, which Node's own reader of lines takes for ends.

import { StringDecoder } from "node:string_decoder";

/** In characters. No fact comes near it; a file that has no ends of lines is not held in memory as a whole. */
const LONGEST = 64 * 1024 * 1024;

/** The last line needs no end. A line that is too long is cut off, and is the last one. */
export async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let begun: string[] = [];
  let length = 0;
  for await (const piece of bytes) {
    const [first = "", ...others] = decoder.write(piece).split("\n");
    begun.push(first);
    length += first.length;
    if (length > LONGEST) {
      yield begun.join("").slice(0, LONGEST);
      return;
    }
    for (const next of others) {
      yield begun.join("");
      begun = [next];
      length = next.length;
    }
  }
  const rest = begun.join("") + decoder.end();
  if (rest !== "") yield rest;
}
