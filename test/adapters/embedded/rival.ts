// A process of its own that wants a store as often as it is told to: on `open` it tries and says `have` or the refusal, on `close` it lets go.

import { createInterface } from "node:readline";
import { openEmbeddedStore } from "../../../src/adapters/embedded/store.ts";

const directory = process.argv[2] ?? "";
let close = async () => {};

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "open") {
    const answer = await openEmbeddedStore(directory).then(
      ({ journal }) => {
        close = () => journal.close();
        return "have";
      },
      (error: Error) => `${error.name}: ${error.message}`,
    );
    console.log(answer);
  } else {
    await close();
    close = async () => {};
    console.log("closed");
  }
}
