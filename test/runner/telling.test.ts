// What is remembered of a deploy's message: whether what stands there is what should.

import { expect } from "chai";
import { ShownLog } from "../../src/runner/shownLog.ts";
import { Telling } from "../../src/runner/telling.ts";
import type { Message } from "../../src/views/message.ts";
import { rootMessage } from "../../src/views/root.ts";
import { factsUntil, folded, MINUTE } from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";

describe("a deploy's message whose first try was answered by nobody", () => {
  const begun = rootMessage(folded(factsUntil("preparing")));
  const over = rootMessage(folded(factsUntil("ended")));

  it("is found and not posted twice, and does not count as saying what has become so meanwhile", async () => {
    const { parts, thread, clock } = memoryParts();
    const where = { deploy: "k3v9x2", channel: "#deploys", aside: false };
    const telling = new Telling(parts, await ShownLog.open(parts, "k3v9x2"), where);
    const stop = new AbortController().signal;
    const tell = (message: typeof begun) => telling.tell({ message, line: undefined }, async () => message, stop);
    thread.failing = "lost";
    await tell(begun);
    expect(telling.shown.root).to.equal(null);
    thread.failing = null;
    await clock.pass(MINUTE);
    await tell(over);
    expect(telling.isDone({ message: over, line: undefined })).to.equal(false);
    await tell(over);
    expect(telling.isDone({ message: over, line: undefined })).to.equal(true);
    expect(thread.posted).to.have.length(1);
    expect(thread.posted[0]?.words).to.match(/: deployed\./);
  });
});

describe("a deploy's message that is about to be changed when its bot is told to stop", () => {
  it("is left to the next bot", async () => {
    const { parts, thread } = memoryParts();
    const where = { deploy: "k3v9x2", channel: "#deploys", aside: false };
    const telling = new Telling(parts, await ShownLog.open(parts, "k3v9x2"), where);
    const stop = new AbortController();
    const tell = (message: Message) => telling.tell({ message, line: undefined }, async () => message, stop.signal);
    await tell(rootMessage(folded(factsUntil("preparing"))));
    const { tries } = thread;
    const changing = tell(rootMessage(folded(factsUntil("ended"))));
    stop.abort();
    await changing;
    expect(thread.tries).to.equal(tries);
  });
});

describe("a deploy's message whose bot slept right before it posted it", () => {
  it("is left to whoever has its thread by then", async () => {
    const { parts, thread } = memoryParts();
    let held = true;
    const shown = await ShownLog.open(parts, "k3v9x2", () => held);
    const telling = new Telling(parts, shown, { deploy: "k3v9x2", channel: "#deploys", aside: false });
    const message = rootMessage(folded(factsUntil("preparing")));
    const append = parts.journal.append;
    parts.journal.append = async (writes) => {
      const appended = await append(writes);
      held = false;
      return appended;
    };
    const told = telling.tell({ message, line: undefined }, async () => message, new AbortController().signal);
    expect(await told.catch((error: Error) => error.name)).to.equal("ShownElsewhere");
    expect(thread.tries).to.equal(0);
  });
});
