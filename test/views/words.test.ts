// A reason stays words wherever it is shown: it pings nobody, links to nothing and forges nothing.

import { expect } from "chai";
import { replyToSlack, toSlack } from "../../src/adapters/slack/blocks.ts";
import { locksReply } from "../../src/views/locks.ts";
import type { Message } from "../../src/views/message.ts";
import { freezeNoticesOf, noticesOf, standingNotices } from "../../src/views/notices.ts";
import { withWays } from "../../src/views/ways.ts";
import { HOUR, NOON, onCall, teammate, you } from "../support/build.ts";
import { aFreeze, expired, given, locked, offered, unlocked, WEB, waiting, warned } from "../support/targets.ts";

const REASON = "<!channel> @here <@U0VICTIM> *bold* <https://evil.example.com|web> `x` <!date^0^{date}|now> &lt;";

/** Everything in a block of rich text that is more than words, and all else that Slack would read as its own. */
function more(blocks: unknown): string[] {
  const text = JSON.stringify(blocks);
  return [...text.matchAll(/"type":"(user|usergroup|broadcast|link|channel)"[^}]*/g)].map(([all]) => all);
}

describe("a reason that looks like more than words", () => {
  const state = given(
    locked({ reason: REASON }),
    warned(),
    waiting(onCall, { kind: "lock", reason: REASON, forMs: 1 }),
  );
  const lock = state.lock ?? expect.fail();
  const from = { by: teammate, reason: REASON, since: NOON, until: NOON + HOUR, version: 1 };
  const freeze = aFreeze({ reason: REASON });
  const refused = withWays(
    { refusal: { kind: "lockedBy", lock, waiting: 1 }, target: WEB },
    { kind: "lock", reason: REASON },
  );
  const frozen = withWays({ refusal: { kind: "frozen", freeze }, target: WEB }, { kind: "deploy" });
  const overview = { now: NOON, freezes: [freeze], targets: [{ target: WEB, state }] };
  const notices = [
    ...noticesOf(WEB, { kind: "takenOver", at: NOON, by: you, reason: REASON, until: NOON + 1, from }, 1),
    ...noticesOf(WEB, unlocked({ by: you, owner: teammate, reason: REASON }), 1),
    ...noticesOf(WEB, expired({ reason: REASON }), 1),
    ...standingNotices(WEB, state, NOON),
    ...standingNotices(WEB, given(waiting(you, { kind: "lock", reason: REASON, forMs: 1 }), offered(you)), NOON),
    ...freezeNoticesOf("#deploys", { kind: "frozen", at: NOON, ...freeze }, 1),
  ];
  const all: [string, ReturnType<typeof toSlack>][] = [
    ["the refusal of a lock", replyToSlack(refused)],
    ["the refusal of a deploy while frozen", replyToSlack(frozen)],
    ["/locks", replyToSlack(locksReply(overview, you))],
    ...notices.map(({ key, message }: { key: string; message: Message }): [string, ReturnType<typeof toSlack>] => [
      `the notice ${key}`,
      toSlack(message),
    ]),
  ];
  for (const [where, { text, blocks }] of all)
    it(`stays words in ${where}`, () => {
      const people = [you, teammate, onCall].map(({ id }) => id);
      for (const one of more(blocks))
        expect(
          people.some((id) => one.includes(`"user_id":"${id}"`)),
          one,
        ).to.equal(true);
      expect(text).not.to.match(/<!channel>|<@U0VICTIM>|<https:|<!date\^0/);
    });

  it("is looked for where people are mentioned by the bot itself", () => {
    expect(more(replyToSlack(refused).blocks)).to.deep.equal([`"type":"user","user_id":"${teammate.id}"`]);
  });
});
