// The one message of a deploy that changes in place, at each stage of its life.

import { expect } from "chai";
import { plain, type Text } from "../../src/chat/text.ts";
import type { DeployFact } from "../../src/deploy/facts.ts";
import { wishesAt } from "../../src/deploy/rules.ts";
import type { Message } from "../../src/views/message.ts";
import { rootMessage } from "../../src/views/root.ts";
import { anOrder, aRelease, factsUntil, folded, hostsNamed, judgement, NEW, onCall, then } from "../support/build.ts";
import { threadLines } from "../support/thread.ts";

const heading = ({ parts }: Message) => parts.flatMap((part) => (part.part === "heading" ? [part.text] : []))[0];
const labels = ({ parts }: Message) =>
  parts.flatMap((part) => (part.part === "buttons" ? part.buttons.map(({ label }) => label) : []));
const fact = ({ parts }: Message, label: string) =>
  plain(
    parts.flatMap((part) => (part.part === "facts" ? part.facts : [])).find((one) => one.label === label)?.value ?? [],
  );
const words = (message: Message) =>
  message.parts.flatMap((part) => (part.part === "text" || part.part === "note" ? [plain(part.text)] : [])).join("\n");

const order = anOrder({
  links: {
    dashboard: {
      url: "https://app.example.com/dashboard/abc",
      variables: { service: "web", env: "production", version: "6262626" },
    },
    compare: "https://git.example.com/web/compare/{from}...{to}",
    runbook: "https://bot.example.com/runbooks/web.md",
  },
});
const baking = factsUntil("baking", order);
const asking = then(baking, { kind: "judged", judgement: judgement("inconclusive") });
const promoting = factsUntil("promoting", order);
const failing = then(baking, { kind: "judged", judgement: judgement("fail") });

const STAGES: [DeployFact[], word: string, sentence: RegExp, buttons: string[]][] = [
  [factsUntil("preparing", order), "preparing", /Nothing has been changed yet/, ["Abort deploy of web"]],
  [factsUntil("canary", order), "canary going out", /on the canary: web-01 and web-02\./, ["Abort deploy of web"]],
  [baking, "canary baking", /until \d\d:\d\d UTC; not measured yet/, ["Promote now", "Roll back web"]],
  [
    asking,
    "waiting for a decision",
    /never passes by itself.*Without an answer by \d\d:\d\d UTC, it is rolled back/,
    ["Promote now", "Bake once more", "Roll back web"],
  ],
  [promoting, "going out to the whole fleet", /rest of the fleet/, ["Roll back web"]],
  [
    then(promoting, { kind: "asked", hosts: ["web-03"] }),
    "waiting for a decision",
    /Some hosts failed/,
    ["Try the failed hosts again", "Roll back web"],
  ],
  [failing, "rolling back", /The canary failed\. Every host that was touched goes back\./, []],
  [
    then(baking, { kind: "broke", step: "measure", detail: "a fault" }),
    "stopped by a fault in the bot",
    /failed at “measure” and touches nothing more/,
    ["Roll back web"],
  ],
  [factsUntil("ended", order), "deployed", /All 5 hosts run .*the deploy's lock is free/, ["Roll back web"]],
  [then(failing, { kind: "ended", outcome: "rolledBack" }), "canary failed, rolled back", /Every host is back/, []],
  [
    then(
      factsUntil("preparing", order),
      { kind: "backOrdered", why: { kind: "aborted", by: onCall } },
      { kind: "ended", outcome: "untouched" },
    ),
    "aborted, nothing was changed",
    /U0CALL aborted the deploy\. The deploy's lock is free/,
    [],
  ],
];

describe("the message of a deploy", () => {
  for (const [facts, word, sentence, buttons] of STAGES) {
    it(`that is ${word}: says so, and has the buttons ${buttons.join(", ") || "of nothing"}`, () => {
      const message = rootMessage(folded(facts));
      expect(heading(message)).to.equal(`Deploy of web to production: ${word}`);
      expect(words(message)).to.match(sentence);
      expect(labels(message)).to.deep.equal(buttons);
      expect(plain(message.summary)).to.contain(`to production by U0YOU: ${word}.`);
    });
  }

  it("has a button only for what the rules allow now, each with a question before it acts", () => {
    for (const [facts] of STAGES) {
      const deploy = folded(facts);
      const { parts } = rootMessage(deploy);
      const buttons = parts.flatMap((part) => (part.part === "buttons" ? part.buttons : []));
      if (deploy.stage !== "ended")
        expect(buttons.map(({ action }) => action)).to.deep.equal(wishesAt(deploy).map((wish) => `wish:${wish}`));
      for (const { value, confirm } of buttons) {
        expect(value.split(" ")[0]).to.equal("k3v9x2");
        expect(Object.values(confirm ?? {}).filter((text) => text.length > 3)).to.have.length(4);
        expect(confirm?.yes).not.to.equal(confirm?.no);
      }
    }
  });

  it("shows the commit, what changes, and how far it is", () => {
    const message = rootMessage(folded(baking));
    expect(fact(message, "Commit")).to.equal("6262626 (main) Faster search, by teammate");
    expect(fact(message, "Changes")).to.equal("6161616…6262626, 1 commit by teammate");
    expect(fact(message, "Canary")).to.equal("▰▰▰▰▰▰▰▰▰▰ 2 of 2 hosts on the new release");
    expect(fact(message, "Rest of the fleet")).to.equal("▱▱▱▱▱▱▱▱▱▱ 0 of 3 hosts on the new release");
  });

  it("of a way back in which the bot failed asks to try again, and says what that does", () => {
    const back = anOrder({ kind: "rollback", canary: [] });
    const broken = then(factsUntil("preparing", back), { kind: "broke", step: "switch", detail: "a fault" });
    const message = rootMessage(folded(broken));
    const [button, ...more] = message.parts.flatMap((part) => (part.part === "buttons" ? part.buttons : []));
    expect(more).to.deep.equal([]);
    expect(button?.label).to.equal("Try the way back again");
    expect(button?.confirm?.text).to.equal("The hosts that are not back yet are looked at and switched again.");
    expect(words(message)).to.include("web in production stays locked until somebody tries again.");
    expect(plain(threadLines(broken).at(-1)?.message.summary ?? [])).to.match(/Try again with the button above\.$/);
  });

  it("names the hosts that need attention", () => {
    const facts = then(
      promoting,
      { kind: "switching", host: "web-03", phase: "fleet" },
      {
        kind: "notSwitched",
        host: "web-03",
        phase: "fleet",
        trouble: "unhealthy",
        touched: "yes",
        detail: "",
        output: "",
      },
      { kind: "switching", host: "web-04", phase: "fleet" },
    );
    expect(fact(rootMessage(folded(facts)), "Rest of the fleet")).to.match(/now: web-04, failed: web-03$/);
  });

  it("that went out but for some hosts can be taken back, and says of which nobody knows", () => {
    const facts = then(
      promoting,
      { kind: "switched", host: "web-03", phase: "fleet" },
      { kind: "switched", host: "web-04", phase: "fleet" },
      { kind: "switching", host: "web-05", phase: "fleet" },
      { kind: "ended", outcome: "incomplete" },
    );
    const message = rootMessage(folded(facts));
    expect(words(message)).to.match(/4 of 5 hosts run \S+: all but web-05\. What web-05 runs is not known\./);
    expect(labels(message)).to.deep.equal(["Roll back web"]);
  });

  it("of commands only is named by its commit: there is no release on any host", () => {
    const { site, release } = order;
    const facts = factsUntil("ended", anOrder({ site: { ...site, kind: "commands" }, release }));
    expect(words(rootMessage(folded(facts)))).to.match(/^All 5 hosts run 6262626\. /);
  });

  it("says which batch bakes", () => {
    const facts = then(promoting, { kind: "bakeStarted", batch: 0 });
    expect(heading(rootMessage(folded(facts)))).to.match(/: batch 1 of 2 out, baking$/);
  });

  it("says what it is about also when the subject is empty or very long", () => {
    const bare = { ...NEW, commit: { ...NEW.commit, subject: "" } };
    expect(fact(rootMessage(folded(factsUntil("canary", anOrder({ release: bare })))), "Commit")).to.contain(
      "(no subject)",
    );
    const long = { ...NEW, commit: { ...NEW.commit, subject: "🚀".repeat(500) } };
    const shown = fact(rootMessage(folded(factsUntil("canary", anOrder({ release: long })))), "Commit");
    expect(shown.length).to.be.lessThan(300);
    expect(shown).not.to.match(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  });

  it("of a way back says that it goes back", () => {
    const message = rootMessage(folded(factsUntil("preparing", anOrder({ kind: "rollback", canary: [] }))));
    expect(heading(message)).to.equal("Rollback of web to production: preparing");
    expect(fact(message, "Fleet")).to.match(/0 of 3 hosts back$/);
  });

  it("offers no way back where there is nothing to go back to", () => {
    const facts = factsUntil("ended").map((one) =>
      one.kind === "compared" ? { ...one, previous: null, changes: null } : one,
    );
    expect(labels(rootMessage(folded(facts)))).to.deep.equal([]);
    expect(fact(rootMessage(folded(facts)), "Changes")).to.equal("nothing runs there yet: this is the first deploy");
  });

  it("that ended on some hosts only names the others", () => {
    const facts = then(
      failing,
      { kind: "switching", host: "web-01", phase: "back" },
      {
        kind: "notSwitched",
        host: "web-01",
        phase: "back",
        trouble: "refused",
        touched: "unknown",
        detail: "",
        output: "",
      },
      { kind: "ended", outcome: "incomplete" },
    );
    const message = rootMessage(folded(facts));
    expect(heading(message)).to.match(/ended, but not on every host$/);
    expect(words(message)).to.contain(
      "All hosts but web-01 are back on what they ran before. Look at this host, then try again.",
    );
  });
});

describe("what changes, in one line", () => {
  const line = (compared: Partial<Extract<DeployFact, { kind: "compared" }>>) =>
    fact(
      rootMessage(folded(factsUntil("canary").map((one) => (one.kind === "compared" ? { ...one, ...compared } : one)))),
      "Changes",
    );
  const changes = { ahead: 2, behind: 0, authors: ["teammate", "you"], commits: [] };

  const table: [Parameters<typeof line>[0], string][] = [
    [{ changes }, "6161616…6262626, 2 commits by teammate and you"],
    [{ changes: { ...changes, ahead: 0, behind: 3 } }, "6161616…6262626, goes back 3 commits by teammate and you"],
    [{ changes: { ...changes, behind: 1 } }, "6161616…6262626, 2 commits, and goes back 1 commit by teammate and you"],
    [{ changes: { ...changes, ahead: 0, authors: [] } }, "6161616…6262626, the same commit again"],
    [{ changes: null }, "6161616…6262626; what lies between could not be read"],
    [{ previous: { name: "by-hand", commit: null } }, "by-hand runs there now; which commit that is, is not known"],
  ];
  for (const [compared, words] of table) it(words, () => expect(line(compared)).to.equal(words));
});

describe("a deploy of many hosts", () => {
  it("has a message that stays short", () => {
    const many = Array.from({ length: 500 }, (_, i) => `web-${i}.a-long-name.example.com`);
    const [canary, rest] = [hostsNamed(...many.slice(0, 100)), hostsNamed(...many.slice(100))];
    const big = anOrder({ canary, batches: [rest], release: aRelease("z", "s".repeat(5_000)) });
    for (const stage of ["preparing", "canary", "baking", "ended"] as const) {
      const message = rootMessage(folded(factsUntil(stage, big)));
      const texts: Text[] = [
        message.summary,
        ...message.parts.flatMap((part) => ("text" in part && typeof part.text !== "string" ? [part.text] : [])),
      ];
      for (const text of texts) expect(plain(text).length).to.be.lessThan(1_000);
    }
  });
});
