// What people read of the watch after the bake: that there is one, what alerted and what to do, or that nobody knows.

import { expect } from "chai";
import type { CheckResult } from "../../src/canary/verdict.ts";
import { plain } from "../../src/chat/text.ts";
import type { DeployFact } from "../../src/deploy/facts.ts";
import { rootMessage } from "../../src/views/root.ts";
import {
  aMonitorsCheck,
  anOrder,
  aWatched,
  deployAt,
  factsUntil,
  folded,
  MINUTE,
  NOON,
  then,
} from "../support/build.ts";
import { threadLines } from "../support/thread.ts";

const runbook = "https://bot.example.com/runbooks/web.md";
const links = { dashboard: null, compare: null, runbook };
const order = anOrder({ checks: [...anOrder().checks, aMonitorsCheck()], links });

const result: CheckResult = {
  check: "monitors",
  verdict: "fail",
  reason: {
    kind: "alerted",
    monitors: [
      aWatched({
        name: "Jobs are done",
        group: "host:web-01",
        triggeredAt: NOON + 8 * MINUTE,
        resolvedAt: NOON + 9 * MINUTE,
      }),
    ],
  },
  value: null,
  scope: "",
  points: 0,
  window: { from: NOON, to: NOON + 9 * MINUTE },
  redBefore: [],
};
const alertedLate = { kind: "alertedLate" as const, results: [result] };
const last = (facts: DeployFact[]) => threadLines(facts).at(-1)?.message;
const words = (facts: DeployFact[]) => {
  const message = last(facts);
  return (message?.parts ?? [])
    .map((part) => ("text" in part ? (typeof part.text === "string" ? part.text : plain(part.text)) : ""))
    .join("\n");
};

describe("an alert after the bake, in the thread", () => {
  const ended = then(factsUntil("ended", order), alertedLate);

  it("says loudly what alerted, when, and why it counts although the checks had passed", () => {
    expect(last(ended)?.loud).to.equal(true);
    expect(words(ended))
      .to.include("“Jobs are done” alerted although the checks had passed the canary")
      .and.include("“Jobs are done” for host:web-01 alerted at 12:08:00 UTC and has resolved since, at 12:09:00 UTC");
  });

  it("gives the way back and the runbooks when the rollout was over", () => {
    expect(words(ended)).to.include(
      "nothing goes back by itself. /rollback web production puts the previous release back",
    );
    expect(JSON.stringify(last(ended)?.parts))
      .to.include(runbook)
      .and.include("https://bot.example.com/runbooks/web.md#alerts");
  });

  it("names the hosts that go back when the fleet was being switched", () => {
    const going = then(
      factsUntil("promoting", order),
      { kind: "switching", host: "web-03", phase: "fleet" },
      { kind: "switched", host: "web-03", phase: "fleet" },
      alertedLate,
    );
    expect(words(going)).to.include("every host that got the new release goes back now: web-01 … web-03");
    const back = then(
      going,
      ...["web-01", "web-02", "web-03"].map((host) => ({ kind: "switched" as const, host, phase: "back" as const })),
      { kind: "ended", outcome: "rolledBack" },
    );
    expect(words(back)).to.include("A monitor alerted late, rolled back.");
    expect(words(back)).to.not.include("watched");
    expect(plain(rootMessage(folded(back)).summary)).to.include("A monitor alerted after the bake. Every host is back");
  });

  it("touches nothing after a fault of the bot, and says so", () => {
    const broken = then(
      factsUntil("promoting", order),
      { kind: "broke", step: "switch", detail: "a fault" },
      alertedLate,
    );
    expect(words(broken)).to.include("roll back with the button above");
  });

  it("offers to say that it was a false alarm", () => {
    const buttons = (last(ended)?.parts ?? []).flatMap((part) => (part.part === "buttons" ? part.buttons : []));
    expect(buttons.map(({ action, label }) => [action, label])).to.deep.equal([
      ["check:falseAlarm", "False alarm: monitors"],
    ]);
  });

  it("mentions whoever is on call, in large print, and nobody when nobody is named", () => {
    const called = { ...order, onCall: { id: "U0CALL", name: null } };
    const mentioned = (facts: DeployFact[]) =>
      (last(facts)?.parts ?? []).filter((part) => part.part === "text" && JSON.stringify(part).includes("mention"));
    expect(JSON.stringify(mentioned(then(factsUntil("ended", called), alertedLate)))).to.include("U0CALL");
    expect(mentioned(ended)).to.deep.equal([]);
  });

  it("stands in the deploy's message too, with the way back", () => {
    const { summary, parts } = rootMessage(deployAt("ended", ended));
    expect(plain(summary)).to.include("deployed, then a monitor alerted").and.include("/rollback web production");
    expect(JSON.stringify(parts)).to.include("Roll back web");
  });
});

describe("what was red at the verdict, in the thread", () => {
  const gone = aWatched({ name: "Jobs are done", group: "host:web-01", resolvedAt: NOON + 9 * MINUTE });
  const other = aWatched({ id: 2, name: "Mails are sent", group: "*" });

  it("is said to have resolved, and that this changes nothing", () => {
    const green = { kind: "redEnded" as const, monitors: [gone, other] };
    const told =
      "“Jobs are done” for host:web-01 and “Mails are sent” have resolved since, at 12:09:00 UTC. That changes nothing: an alert while the new release runs counts";
    expect(words(then(factsUntil("ended", order), green))).to.equal(`${told}.`);
    const back = then(factsUntil("promoting", order), { kind: "backOrdered", why: { kind: "noAnswer" } }, green);
    expect(words(back)).to.equal(`${told}, and a monitor often resolves only because the release is gone.`);
  });

  it("is said not to have, which is worth a look when the release is gone", () => {
    const still = { kind: "redEnded" as const, monitors: [gone, { ...other, state: "alert" as const }] };
    expect(words(then(factsUntil("ended", order), still))).to.equal("“Mails are sent” has not resolved yet.");
    const back = then(
      factsUntil("promoting", order),
      { kind: "backOrdered", why: { kind: "noAnswer" } },
      { kind: "ended", outcome: "rolledBack" },
    );
    expect(words(then(back, still))).to.include(
      "although the release is gone. Look whether something else is wrong too",
    );
  });
});

describe("the watch after the bake, in the thread", () => {
  it("is announced with the end of the deploy", () => {
    expect(words(factsUntil("ended", order))).to.match(/they are watched until 12:\d\d UTC\.$/);
    expect(words(factsUntil("ended"))).to.not.include("watched");
  });

  it("says nothing when it was quiet", () => {
    const over = then(factsUntil("ended", order), { kind: "watchEnded", results: [] });
    expect(words(over)).to.match(/^Deployed\./);
  });

  it("says why nobody knows when it had no answer", () => {
    const reason = { kind: "trouble" as const, trouble: "serviceError" as const, detail: "HTTP 500" };
    const results = [{ ...result, verdict: "inconclusive" as const, reason }];
    const over = then(factsUntil("ended", order), { kind: "watchEnded", results });
    expect(last(over)?.loud ?? false).to.equal(false);
    expect(words(over))
      .to.include("Nobody knows whether a monitor alerted late.")
      .and.include("Datadog answers with an error of its own (HTTP 500)");
  });
});
