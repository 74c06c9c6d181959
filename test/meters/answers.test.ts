// Counting what people ask changes nothing about it.

import { expect } from "chai";
import type { Answerer } from "../../src/chat/entry.ts";
import { measuredAnswers } from "../../src/meters/answers.ts";
import { you } from "../support/build.ts";
import { ManualClock } from "../support/clock.ts";
import { countingMeters } from "./counting.ts";

describe("an answerer that is measured", () => {
  it("hears under which name something came in, so that it is still done once", async () => {
    const heard: unknown[] = [];
    const reply = { text: [] };
    const note = async (_what: unknown, once?: string) => {
      heard.push(once);
      return reply;
    };
    const answerer: Answerer = { typed: note, pressed: note, sent: note, late: () => reply, home: async () => [] };
    const measured = measuredAnswers(answerer, new Map(), { meters: countingMeters(), clock: new ManualClock() });
    await measured.typed({ command: "deploy", text: "web", by: you }, "a");
    await measured.pressed({ action: "wish:abort", value: "", by: you }, "b");
    await measured.sent({ action: "lock:take", value: "", words: "", by: you }, "c");
    expect(heard).to.deep.equal(["a", "b", "c"]);
  });
});
