// `lockstep judge`: cases as JSON lines in, a verdict per line out. Holds one line at a time, waits while the reader of its output is slow,
// and ends quietly when that has gone. No network, no environment.

import type { Readable, Writable } from "node:stream";
import { answerTo } from "./line.ts";

/** Gives the exit code: 1 when any line was broken. */
export async function judgeLines(input: Readable, output: Writable): Promise<number> {
  let broken = false;
  const gone = new AbortController();
  output.on("error", () => gone.abort());
  for await (const line of linesOf(input)) {
    if (gone.signal.aborted) break;
    if (line.trim() === "") continue;
    const answer = answerTo(line);
    broken ||= "error" in answer;
    await write(output, `${JSON.stringify(answer)}\n`, gone.signal);
  }
  await write(output, "", gone.signal);
  return broken ? 1 : 0;
}

/** Only a line feed ends a line: JSON may hold every other separator inside of a string. */
async function* linesOf(input: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  for await (const chunk of input) {
    const text = decoder.decode(chunk, { stream: true });
    const [first = "", ...more] = text.split("\n");
    pieces.push(first);
    for (const piece of more) {
      yield pieces.join("");
      pieces = [piece];
    }
  }
  pieces.push(decoder.decode());
  yield pieces.join("");
}

/** Resolves when the output can take more, or nobody reads it any longer. */
function write(output: Writable, text: string, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (gone.aborted) return resolve();
    const done = () => {
      gone.removeEventListener("abort", done);
      resolve();
    };
    gone.addEventListener("abort", done);
    output.write(text, done);
  });
}
