// What buttons and forms carry: it fits, and what comes back forged, damaged or old asks the bot for nothing.

import { expect } from "chai";
import type { Form } from "../../src/chat/command.ts";
import type { Refusal } from "../../src/deploy/refusals.ts";
import { turnLockButton } from "../../src/views/lockButtons.ts";
import { withUnlockWays, withWays } from "../../src/views/ways.ts";
import { HOUR, teammate } from "../support/build.ts";
import { WEB } from "../support/targets.ts";
import { buttonsOf, LONG, labelled, lock, lockedBy, notYours, press, send } from "./pressing.ts";

/** As many and as long as may be typed. */
const MANY_HOSTS = Array.from({ length: 100 }, (_, i) => `host${i % 10}`);

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
        ...[lockedBy, notYours, moved, { kind: "reserved", turn: teammate, until: null } as const].flatMap(
          (refusal) => [
            withWays({ refusal, target: LONG }, { kind: "lock", reason: words, lasting }),
            withWays({ refusal, target: LONG }, { kind: "deploy", ref: words }),
            withWays({ refusal, target: LONG }, { kind: "deploy", ref: words, hosts: MANY_HOSTS }),
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
