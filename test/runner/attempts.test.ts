// Work that goes on by itself and fails: how often it is tried, and what the log says of it.

import { expect } from "chai";
import { StoreUnreachable } from "../../src/ports/journal.ts";
import { Attempts, type Work } from "../../src/runner/attempts.ts";
import { MINUTE, SECOND } from "../support/build.ts";
import { ManualClock } from "../support/clock.ts";

describe("work that goes on by itself", () => {
  function doing(work: Work) {
    const clock = new ManualClock();
    const said: string[] = [];
    const stopping = new AbortController();
    let tries = 0;
    const log = {
      debug: () => {},
      info: (words: string) => void said.push(words),
      warn: (words: string) => void said.push(words),
      error: (words: string, about?: object) =>
        void said.push(`${words}: ${(about as { error: Error }).error.message}`),
    };
    const counted: Work = (signal) => {
      tries++;
      return work(signal);
    };
    const over = new Attempts({ clock, log }, { work: "publish" }).untilDone(counted, SECOND / 2, stopping.signal);
    const stop = async () => {
      stopping.abort();
      await over;
    };
    /** In small steps: what fails at once begins to wait only then. */
    const pass = async (ms: number) => {
      for (let left = ms; left > 0; left -= SECOND / 4) await clock.pass(SECOND / 4);
    };
    return { pass, said, over, stop, tries: () => tries };
  }
  const failed = (why: string) => `work that goes on by itself failed; it is tried again, more and more seldom: ${why}`;
  const well = "work that had failed is well again";
  const fails = (why: string): Promise<boolean> => Promise.reject(new Error(why));

  it("is tried at most once a minute while it goes on failing, and said once", async () => {
    const { pass, said, stop, tries } = doing(() => fails("fact 3 is damaged"));
    await pass(5 * MINUTE);
    const before = tries();
    await pass(10 * MINUTE);
    expect(tries() - before).to.equal(10);
    expect(said).to.deep.equal([failed("fact 3 is damaged")]);
    await stop();
  });

  it("is said again for another reason, and when it is done", async () => {
    const answers = [() => fails("one"), () => fails("one"), () => fails("two"), async () => true];
    const { pass, said, over } = doing(() => (answers.shift() ?? expect.fail("it was done"))());
    await pass(MINUTE);
    await over;
    expect(said).to.deep.equal([failed("one"), failed("two"), well]);
  });

  it("is said to be well once it has gone on for a minute, and tried soon when it fails after that", async () => {
    let end: (error: Error) => void = () => {};
    const goesOn = () => new Promise<boolean>((_, reject) => (end = reject));
    const answers = [...Array.from({ length: 8 }, () => () => fails("one")), goesOn];
    const { pass, said, stop, tries } = doing(() => (answers.shift() ?? (() => fails("one")))());
    await pass(10 * MINUTE);
    expect(said).to.deep.equal([failed("one"), well]);
    const before = tries();
    end(new Error("one"));
    await pass(4 * SECOND);
    expect(tries() - before).to.be.at.least(2);
    expect(said).to.deep.equal([failed("one"), well, failed("one")]);
    await stop();
  });

  it("is tried soon and without a word while the store is away, or while somebody else does it", async () => {
    const away = () => Promise.reject(new StoreUnreachable("away", { done: "no", cause: null }));
    for (const work of [away, async () => false]) {
      const { pass, said, stop, tries } = doing(work);
      await pass(10 * SECOND);
      expect(tries()).to.be.at.least(20);
      expect(said).to.deep.equal([]);
      await stop();
    }
  });
});
