// Buttons and forms, there and back: what the views draw, pressed, and what the bot is asked then.

import { expect } from "chai";
import type { Wanted } from "../../src/chat/bot.ts";
import type { Form, Reply } from "../../src/chat/command.ts";
import { pressed, sent } from "../../src/chat/presses/all.ts";
import { plain } from "../../src/chat/text.ts";
import type { Refusal } from "../../src/deploy/refusals.ts";
import { frozenReply } from "../../src/views/freezes.ts";
import { extendButton, unlockButton } from "../../src/views/lockButtons.ts";
import type { Button } from "../../src/views/message.ts";
import {
  deployNowButton,
  leaveButton,
  turnLockButton,
  turnPassButton,
  withUnlockWays,
  withWays,
} from "../../src/views/ways.ts";
import { HOUR, MINUTE, NEW, NOON, teammate, you } from "../support/build.ts";
import { aFreeze, given, locked, started, WEB } from "../support/targets.ts";
import { type Asked, recordingBot } from "./recordingBot.ts";

const LONG = { service: "s".repeat(40), environment: "e".repeat(40) };
const lock = given(locked()).lock ?? expect.fail();
const lockedBy: Refusal = { kind: "lockedBy", lock, waiting: 0 };
const notYours: Refusal = { kind: "notYourLock", lock };

const buttonsOf = ({ parts = [] }: Reply): Button[] =>
  parts.flatMap((part) => (part.part === "buttons" ? part.buttons : []));
const labelled = (reply: Reply, label: string): Button =>
  buttonsOf(reply).find((button) => button.label === label) ?? expect.fail(`no button ${label}`);

/** A bot to which the target is as it stands after these facts. */
function botAt(state = given(locked())) {
  const recording = recordingBot();
  recording.bot.status = async (typed) => ({
    ok: true,
    target: { ...WEB, ...typed, environment: typed.environment ?? WEB.environment },
    value: { state, deploy: null, now: NOON },
  });
  return recording;
}

async function press({ action, value }: Pick<Button, "action" | "value">, state = given(locked())) {
  const { bot, asked } = botAt(state);
  const reply = await pressed({ action, value, by: you }, bot);
  return { asked, reply, said: plain(reply.text) };
}

async function send({ action, value }: Form, words: string) {
  const { bot, asked } = botAt();
  const reply = await sent({ action, value, words, by: you }, bot);
  return { asked, said: plain(reply.text) };
}

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
      ["deploy", WEB, { ref: "main", sha: NEW.commit.sha }],
    ],
    [
      "deploys the commit that it is now",
      labelled(ways(commitMoved, usual), `Deploy ${NEW.commit.sha.slice(0, 7)}`),
      ["deploy", WEB, { ref: "main", sha: NEW.commit.sha }],
    ],
    [
      "deploys when no commit could be shown",
      deployNowButton(WEB, { ref: "main" }),
      ["deploy", WEB, { ref: "main", sha: undefined }],
    ],
    ["extends the lock that was shown", extendButton(WEB, lock), ["extend", WEB, { forMs: 30 * MINUTE, seen: 1 }]],
    ["unlocks the lock that was shown", unlockButton(WEB, lock), ["unlock", WEB, { reason: "", seen: 1 }]],
    ["aborts what runs in a frozen environment", abortButton("production"), ["abortRunning", "production"]],
    ["aborts everything that runs", abortButton(null), ["abortRunning", null]],
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

  it("deploys after it, when that was wanted", async () => {
    const form = await formOf(takeOver(deploys));
    expect(plain(form.text)).to.match(/Then feature-x is deployed\.$/);
    const { bot, asked } = botAt();
    bot.locks.takeOver = async () => ({ ok: true, target: WEB, value: { lock: { ...lock, by: you }, waiting: 0 } });
    const reply = await sent({ action: form.action, value: form.value, words: "hotfix", by: you }, bot);
    expect(asked).to.deep.equal([["deploy", WEB, { ref: "feature-x" }]]);
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

describe("what buttons and forms carry", () => {
  const nasty = [
    '"'.repeat(300),
    "\\".repeat(900),
    "🚀".repeat(300),
    `x${"🚀".repeat(200)}`,
    "\u0001".repeat(900),
    "\ud83d".repeat(300),
    "größe".repeat(80),
  ];

  it("stays below 2,000 characters, in buttons of different names, with the longest and strangest words", async () => {
    for (const words of nasty) {
      const lasting = { until: { hour: 15, minute: 30, tomorrow: false } };
      const moved: Refusal = { kind: "lockChanged", lock: { ...lock, seen: 123_456_789 } };
      const replies = [
        ...[lockedBy, notYours, moved, { kind: "reserved", turn: teammate, until: null, waiting: 1 } as const].flatMap(
          (refusal) => [
            withWays({ refusal, target: LONG }, { kind: "lock", reason: words, lasting }),
            withWays({ refusal, target: LONG }, { kind: "deploy", ref: words }),
          ],
        ),
        withUnlockWays({ refusal: notYours, target: LONG }, words),
      ];
      for (const reply of replies) {
        for (const part of reply.parts ?? []) {
          if (part.part !== "buttons") continue;
          const actions = part.buttons.map(({ action }) => action);
          expect(new Set(actions).size, actions.join()).to.equal(actions.length);
        }
        for (const button of buttonsOf(reply)) {
          expect(button.value.length, button.action).to.be.lessThan(2_000);
          expect((await press(button)).said, button.action).not.to.contain("another version");
        }
      }
      expect(turnLockButton(LONG, { reason: words, forMs: HOUR }).value.length).to.be.lessThan(2_000);
    }
  });

  it("is a reason that is not too long, and never half of a character", () => {
    for (const words of nasty.slice(0, 4)) {
      const { value } = labelled(
        withWays({ refusal: lockedBy, target: WEB }, { kind: "lock", reason: words }),
        "Wait in line",
      );
      const { reason } = JSON.parse(value).wanted;
      expect(reason.length).to.be.within(200, 300);
      expect(reason).not.to.match(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/);
      expect(words.startsWith(reason.replace(/…$/, ""))).to.equal(true);
    }
  });
});

describe("a button or form that is forged, damaged or from another version", () => {
  const good = JSON.stringify({ ...WEB, seen: 1 });
  const table: [string, string, string][] = [
    ["an action that nobody knows", "lock:steal", good],
    ["the name of something that every object has", "constructor", good],
    ["the name of a prototype", "__proto__", good],
    ["a wish that there is not", "wish:constructor", good],
    ["nothing", "lock:unlock", ""],
    ["no JSON", "lock:unlock", "{"],
    ["JSON that was cut", "line:wait", '{"service":"web","environment":"production","wanted":{"ki'],
    ["null", "lock:unlock", "null"],
    ["a list", "line:leave", "[]"],
    ["no version", "lock:unlock", JSON.stringify(WEB)],
    ["words for a version", "lock:unlock", JSON.stringify({ ...WEB, seen: "1" })],
    ["half a version", "lock:takeOver", JSON.stringify({ ...WEB, seen: 1.5 })],
    ["a time that goes back", "lock:extend", JSON.stringify({ ...WEB, seen: 1, forMs: -HOUR })],
    ["no time", "lock:extend", JSON.stringify({ ...WEB, seen: 1, forMs: null })],
    ["a lock that ends before it begins", "turn:lock", JSON.stringify({ ...WEB, reason: "", forMs: 0 })],
    [
      "a time of day that there is not",
      "line:wait",
      JSON.stringify({
        ...WEB,
        wanted: { kind: "lock", reason: "", lasting: { until: { hour: 99, minute: 0, tomorrow: false } } },
      }),
    ],
    ["a wish of an unknown kind", "line:wait", JSON.stringify({ ...WEB, wanted: { kind: "steal" } })],
    ["a target that is none", "turn:deploy", JSON.stringify({ service: {}, environment: 7, ref: "main" })],
    ["no scope", "freeze:abortRunning", "{}"],
  ];
  for (const [carries, action, value] of table)
    it(`asks for nothing and gets a sentence: ${carries}`, async () => {
      for (const way of [press({ action, value }), send({ action, value } as Form, "words")]) {
        const { asked, said } = await way;
        expect(asked).to.deep.equal([]);
        expect(said).to.match(/^This button belongs to another version of the bot, so nothing was done\. \/locks and/);
      }
    });

  it("is not taken for a form that never asks", async () => {
    expect(
      (await send({ action: "lock:extend", value: JSON.stringify({ ...WEB, seen: 1, forMs: 1 }) } as Form, "x")).asked,
    ).to.deep.equal([]);
  });
});
