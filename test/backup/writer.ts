// A bot that writes for as long as it lives: the same number of facts to `left` and to `right` in one append each, and a stream of its own each time.

import { openEmbeddedStore } from "../../src/adapters/embedded/store.ts";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import { silentLog } from "../support/parts.ts";

const where = process.argv[2] ?? "";
const opened = where.startsWith("redis:") ? await openRedisStore(where, silentLog) : await openEmbeddedStore(where);
if (!("journal" in opened)) throw new Error("there is no store");
const { journal } = opened;
for (let at = 0; ; at += 1) {
  const facts = [{ kind: "written", at }];
  await journal.append(
    ["left", `m/${at}`, "right"].map((stream) => ({ stream, expected: stream[0] === "m" ? 0 : at, facts })),
  );
  if (at % 100 === 0) console.log(at);
}
