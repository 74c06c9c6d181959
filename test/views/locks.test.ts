// `/locks` and the Home page: everything that holds something up, in rows with what this person may do about it.

import { expect } from "chai";
import { toSlack, viewBlocks } from "../../src/adapters/slack/blocks.ts";
import type { Overview } from "../../src/chat/bot.ts";
import { plain } from "../../src/chat/text.ts";
import type { TargetFact } from "../../src/locks/facts.ts";
import { homeParts, locksReply } from "../../src/views/locks.ts";
import type { Part } from "../../src/views/message.ts";
import { HOUR, NOON, onCall, teammate, you } from "../support/build.ts";
import {
  aFreeze,
  ended,
  given,
  locked,
  offered,
  started,
  TO_DEPLOY,
  unlocked,
  WEB,
  waiting,
} from "../support/targets.ts";

const NOW = NOON + 60_000;
const overview = (rows: TargetFact[][], freezes = [] as Overview["freezes"]): Overview => ({
  now: NOW,
  freezes,
  targets: rows.map((facts, i) => ({
    target: i === 0 ? WEB : { ...WEB, service: `service-${String(i).padStart(3, "0")}` },
    state: given(...facts),
  })),
});
const wordsOf = (parts: Part[]) => parts.flatMap((part) => (part.part === "text" ? [plain(part.text)] : []));
const labels = (parts: Part[]) =>
  parts.flatMap((part) => (part.part === "buttons" ? part.buttons.map(({ label }) => label) : []));
const said = (...facts: TargetFact[]) => plain(locksReply(overview([facts]), you).text);

describe("/locks", () => {
  it("says of each target who holds it, why, until when, what deploys and who waits for what", () => {
    expect(said(locked())).to.equal(
      "web in production: locked by U0MATE since 12:00 UTC (db migration), until 2026-11-20 13:00 UTC.",
    );
    expect(said(started({ by: onCall }), waiting(you, TO_DEPLOY))).to.equal(
      "web in production: U0CALL has been deploying since 12:00 UTC. In line: 1. U0YOU (to deploy main).",
    );
    expect(said(locked({ reason: "" }), started(), waiting(you), waiting(onCall))).to.equal(
      "web in production: locked by U0MATE since 12:00 UTC, until 2026-11-20 13:00 UTC; U0MATE has been deploying since 12:00 UTC. In line: 1. U0YOU (load test) and 2. U0CALL (load test).",
    );
  });

  it("says whose turn it is when nobody holds it", () => {
    const free = [locked(), waiting(onCall), unlocked()];
    expect(said(...free)).to.match(/^web in production: free, and it is the turn of U0CALL\. In line: 1\. U0CALL/);
    expect(said(...free, offered(onCall))).to.match(/turn of U0CALL until 12:05 UTC\./);
  });

  it("leaves out what is free, and says when everything is", () => {
    const free = [[locked(), unlocked()], [locked({ until: NOON + 1 })], [started(), ended()]];
    expect(plain(locksReply(overview(free), you).text)).to.equal(
      "Nothing is locked or frozen, and no deploy is running.",
    );
    expect(plain(locksReply(overview([], [aFreeze()]), you).text)).to.equal(
      "Deploys everywhere are frozen by U0CALL since 2026-11-20 12:00 UTC (incident), until somebody lifts it.\nNothing is locked, and no deploy is running.",
    );
  });

  it("begins with the freezes, and how each is lifted", () => {
    const freezes = [aFreeze(), aFreeze({ environment: "staging", until: NOON + HOUR })];
    expect(wordsOf(locksReply(overview([[locked()]], freezes), you).parts ?? []).slice(0, 2)).to.deep.equal([
      "Deploys everywhere are frozen by U0CALL since 2026-11-20 12:00 UTC (incident), until somebody lifts it. /unlock all lifts it.",
      "Deploys in staging are frozen by U0CALL since 2026-11-20 12:00 UTC (incident), until 2026-11-20 13:00 UTC. /unlock all staging lifts it.",
    ]);
  });

  it("is in the order of the names", () => {
    const { targets, ...rest } = overview([[locked()], [locked()], [locked()]]);
    const words = wordsOf(locksReply({ ...rest, targets: targets.toReversed() }, you).parts ?? []);
    expect(words.map((text) => text.split(" ")[0])).to.deep.equal(["service-001", "service-002", "web"]);
  });

  const ways: [string, TargetFact[], string[]][] = [
    ["your own lock", [locked({ by: you })], ["Extend 30 min", "Unlock"]],
    ["your own lock while you deploy", [locked({ by: you }), started({ by: you })], ["Extend 30 min", "Unlock"]],
    ["somebody else's lock", [locked()], ["Wait in line", "Take over"]],
    ["somebody else's lock under which a deploy runs", [locked(), started()], ["Wait in line"]],
    ["a running deploy", [started()], ["Wait in line"]],
    ["a lock for which you wait", [locked(), waiting(you)], ["Leave the line", "Take over"]],
    ["your turn", [locked(), waiting(you), unlocked(), offered(you)], ["Lock web", "Let it pass"]],
  ];
  for (const [title, facts, expected] of ways)
    it(`has the buttons for ${title}: ${expected.join(", ")}`, () => {
      expect(labels(locksReply(overview([facts]), you).parts ?? [])).to.deep.equal(expected);
    });
});

describe("a hundred locked services", () => {
  const rows = Array.from({ length: 100 }, (_, i) => [
    locked({ reason: "x".repeat(300), by: i % 2 === 0 ? teammate : you }),
    waiting(onCall, TO_DEPLOY),
  ]);
  const many = Array.from({ length: 25 }, (_, i) =>
    aFreeze({ environment: `environment-${i}`, reason: "y".repeat(300) }),
  );

  it("fit into a reply, and it says how many more there are", () => {
    for (const freezes of [[], many]) {
      const { text, parts = [] } = locksReply(overview(rows, freezes), you);
      expect(parts.length).to.be.at.most(50);
      const shown = parts.filter(({ part }) => part === "buttons").length;
      expect(wordsOf(parts).at(-1)).to.equal(`And ${100 - shown} services more: /canary <service> shows each.`);
      const { blocks, text: words } = toSlack({ summary: text, parts });
      expect(blocks.length).to.be.at.most(50);
      expect(words.length).to.be.at.most(4_000);
    }
  });

  it("fit onto the Home page, which says what can be typed", () => {
    for (const freezes of [[], many]) {
      const parts = homeParts(overview(rows, freezes), you);
      expect(parts.length).to.be.at.most(90);
      expect(viewBlocks(parts, 90)).to.have.length(parts.length);
      expect(parts[0]).to.deep.equal({ part: "heading", text: "What is locked now" });
      const last = parts.at(-1);
      expect(last?.part === "note" && plain(last.text)).to.match(/^\/lock <service> .* \/lockstep help tells/);
    }
  });
});

describe("the Home page", () => {
  it("has the same rows and buttons as /locks", () => {
    const one = overview([[locked()], [started()]], [aFreeze()]);
    expect(wordsOf(homeParts(one, you))).to.deep.equal(wordsOf(locksReply(one, you).parts ?? []));
    expect(labels(homeParts(one, you))).to.deep.equal(labels(locksReply(one, you).parts ?? []));
  });

  it("is not empty when nothing is locked", () => {
    expect(wordsOf(homeParts(overview([]), you))).to.deep.equal([
      "Nothing is locked or frozen, and no deploy is running.",
    ]);
  });
});
