// Buttons and forms, there and back: what the views draw, pressed, and what the bot is asked then.

import { expect } from "chai";
import type { Wanted } from "../../src/chat/bot.ts";
import { sent } from "../../src/chat/presses/all.ts";
import { plain } from "../../src/chat/text.ts";
import type { Refusal } from "../../src/deploy/refusals.ts";
import { frozenReply } from "../../src/views/freezes.ts";
import {
  deployNowButton,
  extendButton,
  leaveButton,
  turnLockButton,
  turnPassButton,
  unlockButton,
} from "../../src/views/lockButtons.ts";
import type { Button } from "../../src/views/message.ts";
import { withUnlockWays, withWays } from "../../src/views/ways.ts";
import { MINUTE, NEW, NOON, teammate, you } from "../support/build.ts";
import { aFreeze, given, locked, started, WEB } from "../support/targets.ts";
import { botAt, buttonsOf, LONG, labelled, lock, lockedBy, notYours, press, send } from "./pressing.ts";
import type { Asked } from "./recordingBot.ts";

describe("a button that is pressed", () => {
  const wanted: Wanted = { kind: "lock", reason: 'load "test" <!channel>', lasting: { forMs: 30 * MINUTE } };
  const clock: Wanted = { kind: "lock", reason: "", lasting: { until: { hour: 15, minute: 0, tomorrow: true } } };
  const toDeploy: Wanted = { kind: "deploy", ref: "feature-x" };
  const usual: Wanted = { kind: "deploy" };
  const ways = (refusal: Refusal, what: Wanted) => withWays({ refusal, target: WEB }, what);
  const commitMoved: Refusal = { kind: "commitMoved", ref: "main", commit: NEW.commit };
  const turn = { reason: "load test", forMs: 30 * MINUTE };
  const anyTime = { reason: "", forMs: null };
  const table: [string, Button, Asked][] = [
    ["waits with the reason and time", labelled(ways(lockedBy, wanted), "Wait in line"), ["wait", WEB, wanted]],
    ["waits until a time of day", labelled(ways(lockedBy, clock), "Wait in line"), ["wait", WEB, clock]],
    ["waits to deploy", labelled(ways(lockedBy, toDeploy), "Deploy when it is my turn"), ["wait", WEB, toDeploy]],
    ["waits to deploy as usual", labelled(ways(lockedBy, usual), "Deploy when it is my turn"), ["wait", WEB, usual]],
    [
      "waits for the lock alone",
      labelled(ways(lockedBy, toDeploy), "Wait in line"),
      ["wait", WEB, { kind: "lock", reason: "" }],
    ],
    ["leaves the line", leaveButton(WEB), ["leave", WEB]],
    ["lets the turn pass", turnPassButton(WEB), ["leave", WEB]],
    ["takes the turn and locks", turnLockButton(WEB, turn), ["lock", WEB, asTerms(turn)]],
    ["locks for the usual time", turnLockButton(WEB, anyTime), ["lock", WEB, { reason: "", lasting: undefined }]],
    [
      "deploys the commit that was shown",
      deployNowButton(WEB, { ref: "main", sha: NEW.commit.sha }),
      ["deploy", WEB, { ref: "main", sha: NEW.commit.sha, hosts: undefined }],
    ],
    [
      "deploys the commit that it is now",
      labelled(ways(commitMoved, usual), `Deploy ${NEW.commit.sha.slice(0, 7)}`),
      ["deploy", WEB, { ref: "main", sha: NEW.commit.sha, hosts: undefined }],
    ],
    [
      "deploys when no commit could be shown",
      deployNowButton(WEB, { ref: "main" }),
      ["deploy", WEB, { ref: "main", sha: undefined, hosts: undefined }],
    ],
    ["extends the lock that was shown", extendButton(WEB, lock), ["extend", WEB, { forMs: 30 * MINUTE, seen: 1 }]],
    ["unlocks the lock that was shown", unlockButton(WEB, lock), ["unlock", WEB, { reason: "", seen: 1 }]],
    ["aborts what runs in a frozen environment", abortButton("production"), ["abortRunning", "production", ["k3v9x2"]]],
    ["aborts everything that runs", abortButton(null), ["abortRunning", null, ["k3v9x2"]]],
    [
      "orders a deploy to abort",
      { ...leaveButton(WEB), action: "wish:abort", value: "k3v9x2" },
      ["order", "abort", { deploy: "k3v9x2" }],
    ],
  ];
  for (const [does, button, asks] of table)
    it(does, async () => expect((await press(button)).asked).to.deep.equal([asks]));

  function abortButton(environment: string | null): Button {
    const running = [{ target: WEB, deploy: "k3v9x2", by: teammate }];
    const reply = frozenReply(environment, { ok: true, value: { freeze: aFreeze({ environment }), running } });
    return labelled(reply, "Abort 1 running deploy");
  }

  function asTerms({ reason, forMs }: typeof turn) {
    return { reason, lasting: { forMs } };
  }
});

describe("one's own lock, which has changed since it was shown", () => {
  it("can be extended and unlocked as it is now; nobody is offered to wait for it or to take it over", () => {
    const refusal: Refusal = { kind: "yoursChanged", lock: { ...lock, seen: 7 } };
    const buttons = buttonsOf(withWays({ refusal, target: WEB }, { kind: "lock", reason: "" }));
    expect(buttons).to.deep.equal([extendButton(WEB, { seen: 7 }), unlockButton(WEB, { seen: 7 })]);
  });
});

describe("somebody else's lock, in a form that asks why", () => {
  const deploys: Wanted = { kind: "deploy", ref: "feature-x" };
  const takeOver = (what: Wanted = { kind: "lock", reason: "" }, target = WEB) =>
    labelled(withWays({ refusal: lockedBy, target }, what), "Take over");
  const anyway = (words = "", target = WEB) =>
    labelled(withUnlockWays({ refusal: notYours, target }, words), "Unlock anyway");
  const formOf = async (button: Button) => (await press(button)).reply.form ?? expect.fail("no form");

  it("shows who holds it, why and until when, and asks for a reason before anything is done", async () => {
    const { asked, reply, said } = await press(takeOver());
    expect(asked).to.deep.equal([]);
    expect(plain(reply.form?.text ?? [])).to.equal(
      "web in production is locked by U0MATE since 12:00 UTC (db migration), until 2026-11-20 13:00 UTC. They are told that you have taken it, and why.",
    );
    expect(said, "where no form can be shown").to.match(/They are told .* The form could not be shown: press again\.$/);
    expect(reply.form).to.deep.include({ title: "Take over web", submit: "Take over" });
  });

  it("takes over the lock that was shown, with these words", async () => {
    const { asked } = await send(await formOf(takeOver()), "hotfix!");
    expect(asked).to.deep.equal([["takeOver", WEB, { reason: "hotfix!", seen: 1 }]]);
  });

  it("deploys after it, when that was wanted, and only on the hosts that were wanted", async () => {
    const form = await formOf(takeOver({ ...deploys, hosts: ["web-01"] }));
    expect(plain(form.text)).to.match(/Then feature-x is deployed on web-01\.$/);
    const { bot, asked } = botAt();
    bot.locks.takeOver = async () => ({
      ok: true,
      target: WEB,
      value: { lock: { ...lock, by: you }, waiting: 0, from: teammate },
    });
    const reply = await sent({ action: form.action, value: form.value, words: "hotfix", by: you }, bot);
    expect(asked).to.deep.equal([["deploy", WEB, { ref: "feature-x", hosts: ["web-01"] }]]);
    expect(plain(reply.text), "the deploy was refused by this bot").to.match(
      /^You have taken web in production over from U0MATE, who is told\. .*Something else happened/,
    );
  });

  it("does not deploy when it could not be taken over", async () => {
    const { asked } = await send(await formOf(takeOver(deploys)), "hotfix");
    expect(asked.map(([what]) => what)).to.deep.equal(["takeOver"]);
  });

  it("unlocks the lock that was shown; the words that were typed stand in the form already", async () => {
    const form = await formOf(anyway("they have gone home"));
    expect(form.input.initial).to.equal("they have gone home");
    expect((await send(form, " gone home ")).asked).to.deep.equal([["unlock", WEB, { reason: "gone home", seen: 1 }]]);
  });

  it("is not asked about when the lock has changed, is one's own, or a deploy runs under it", async () => {
    const now: [Parameters<typeof given>, RegExp][] = [
      [[locked(), locked({ reason: "more" })], /not the one you were shown any more, so nothing was done/],
      [[locked({ until: NOON })], /is gone, so nothing was done: nobody holds it now/],
      [[locked({ by: you })], /is yours already/],
      [[locked(), started()], /is held by the deploy that U0MATE started/],
    ];
    for (const button of [takeOver(), anyway()]) {
      for (const [facts, words] of now) {
        const { asked, reply, said } = await press(button, given(...facts));
        expect(said).to.match(words);
        expect([asked, reply.form]).to.deep.equal([[], undefined]);
      }
    }
  });

  it("has a title and a button that Slack takes: at most 24 characters", async () => {
    for (const target of [WEB, LONG, { service: "background-worker", environment: "production" }]) {
      for (const button of [takeOver(undefined, target), anyway("", target)]) {
        const { title, submit } = await formOf(button);
        expect([title.length <= 24, submit.length <= 24, title !== "", submit !== ""]).not.to.include(false);
      }
    }
  });
});
