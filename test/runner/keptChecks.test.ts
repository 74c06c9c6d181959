// Soft checks whose date passes: the owner is asked to decide, once per check and date, whoever crashes when and however many bots there are.

import { expect } from "chai";
import { endOfDay } from "../../src/canary/soft.ts";
import { keep } from "../../src/runner/keep.ts";
import { keptChecks } from "../../src/runner/keptChecks.ts";
import { CHECKS } from "../../src/runner/stored.ts";
import { memoryParts } from "../support/memory-parts.ts";

const DAY = "1970-01-20";
const END = endOfDay(DAY);

describe("a soft check whose date passes", () => {
  function withSoft(until = DAY, count = 1) {
    return memoryParts(({ web }) => {
      delete web.checks.failing.soft;
      for (const name of ["jobs", "latency"].slice(0, count)) web.checks[name].soft = { until, owner: "U0SRE" };
    });
  }
  type Made = ReturnType<typeof withSoft>;
  function start({ parts }: Made) {
    const stopping = new AbortController();
    const keeping = keep(keptChecks(parts), parts, { stopping: stopping.signal, notices: new Map() });
    return {
      keeping,
      stop: async () => {
        stopping.abort();
        await keeping;
      },
    };
  }

  it("has its owner asked when that day is over, with its record and what to do, and not before", async () => {
    const made = withSoft();
    const { keeping } = start(made);
    await made.clock.pass(END - 1);
    expect(made.thread.posted).to.deep.equal([]);
    await made.clock.pass(1);
    expect(made.thread.posted.map(({ to, words }) => [to, words])).to.deep.equal([
      [
        "U0SRE",
        "The time of jobs of web as a soft check ended with 1970-01-20 (UTC), and you are its owner: please decide. Until then it goes on to report, and stops nothing.\n" +
          "production: Has not run yet.\n" +
          "Decide: take soft out of services.web.checks.jobs and it is hard; give it a later until; or take the whole check out. npx lockstep check-config says whether it fits, and the bot reads it when it is started again.",
      ],
    ]);
    expect(await keeping, "nothing is left to wait for").to.equal(true);
  });

  it("is asked about once, not at every start", async () => {
    const made = withSoft();
    await made.clock.pass(END);
    for (let i = 0; i < 3; i++) {
      const { keeping } = start(made);
      await made.clock.pass(0);
      expect(await keeping).to.equal(true);
    }
    expect(made.thread.posted).to.have.length(1);
  });

  it("is asked about again when it was given a later date and that has passed too", async () => {
    const made = withSoft();
    await made.clock.pass(END);
    const first = start(made);
    await made.clock.pass(0);
    await first.keeping;
    const { checks } = made.parts.settings.configuration.services.web ?? expect.fail();
    (checks.jobs ?? expect.fail()).soft = { until: "1970-01-25", owner: "U0OTHER" };
    const second = start(made);
    await made.clock.pass(endOfDay("1970-01-25") - END);
    expect(await second.keeping).to.equal(true);
    expect(made.thread.posted.map(({ to }) => to)).to.deep.equal(["U0SRE", "U0OTHER"]);
  });

  it("is told of for each check, one message after the other", async () => {
    const made = withSoft(DAY, 2);
    await made.clock.pass(END);
    const { keeping } = start(made);
    await made.clock.pass(60_000);
    expect(await keeping).to.equal(true);
    expect(made.thread.posted.map(({ words }) => words.slice(0, 24))).to.deep.equal([
      "The time of jobs of web ",
      "The time of latency of w",
    ]);
  });

  it("waits for a Slack that does not answer, and does not ask twice when the answer was lost", async () => {
    const made = withSoft();
    made.thread.failing = "unreachable";
    await made.clock.pass(END);
    const { keeping } = start(made);
    await made.clock.pass(1_000);
    made.thread.failing = "lost";
    await made.clock.pass(60_000);
    made.thread.failing = null;
    await made.clock.pass(600_000);
    expect(await keeping).to.equal(true);
    expect(made.thread.posted).to.have.length(1);
    expect(await made.parts.journal.read(CHECKS)).to.have.length(1);
  });

  it("is nobody's business when there is none", async () => {
    const made = memoryParts(({ web }) => delete web.checks.failing.soft);
    expect(await start(made).keeping).to.equal(true);
  });
});
