// Bytes as lines. Only a line feed ends one: what people wrote may hold other breaks, which Node's own reader of lines takes for ends.

import { StringDecoder } from "node:string_decoder";

/** No fact comes near it; what has no ends of lines is not held in memory whole. */
const LONGEST = 64 * 1024 * 1024;

/** The last line needs no end. */
export async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let begun: string[] = [];
  let length = 0;
  for await (const piece of bytes) {
    const [first = "", ...others] = decoder.write(piece).split("\n");
    begun.push(first);
    length += first.length;
    if (length > LONGEST) return yield begun.join("").slice(0, LONGEST);
    for (const next of others) {
      yield begun.join("");
      begun = [next];
      length = next.length;
    }
  }
  const rest = begun.join("") + decoder.end();
  if (rest !== "") yield rest;
}
