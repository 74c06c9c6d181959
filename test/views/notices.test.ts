// What people are told without having asked: read as somebody reads it who was woken by it.

import { expect } from "chai";
import { plain } from "../../src/chat/text.ts";
import type { TargetFact } from "../../src/locks/facts.ts";
import { foldTarget, type TargetState } from "../../src/locks/fold.ts";
import type { Message } from "../../src/views/message.ts";
import { closedNotice, freezeNoticesOf, noticesOf, standingNotices } from "../../src/views/notices.ts";
import { HOUR, MINUTE, NEW, NOON, OLD, onCall, teammate, you } from "../support/build.ts";
import {
  ended,
  expired,
  extended,
  given,
  left,
  locked,
  offered,
  started,
  TO_DEPLOY,
  unlocked,
  WEB,
  waiting,
  warned,
} from "../support/targets.ts";

const NOW = NOON + MINUTE;
const labels = ({ parts }: Message) =>
  parts.flatMap((part) => (part.part === "buttons" ? part.buttons.map(({ label }) => label) : []));
/** To whom, which words, which buttons. */
const shown = ({ to, message }: { to: string; message: Message }) => [to, plain(message.summary), ...labels(message)];
const standing = (state: TargetState, now = NOW) =>
  standingNotices(WEB, state, now).map((notice) => [notice.key, ...shown(notice)]);

describe("what is told once", () => {
  const from = { by: teammate, reason: "db migration", since: NOON, until: NOON + HOUR, version: 1 };
  const table: [string, TargetFact, unknown[][]][] = [
    [
      "to the one whose lock was taken over: by whom, why, and what they can do",
      { kind: "takenOver", at: NOW, by: you, reason: "hotfix", until: NOW + HOUR, from },
      [
        [
          "U0MATE",
          "U0YOU has taken web in production over from you (hotfix). You had it since 12:00 UTC (db migration). They hold it until 2026-11-20 13:01 UTC: talk to them, or wait in line.",
          "Wait in line",
        ],
      ],
    ],
    [
      "to the one whose lock somebody else gave up",
      unlocked({ by: you, owner: teammate, reason: "gone home" }),
      [
        [
          "U0MATE",
          "U0YOU has taken your lock on web in production away (gone home). Others may lock it and deploy now; /lock web production takes it again.",
        ],
      ],
    ],
    ["to nobody when the owner unlocks", unlocked(), []],
    [
      "to the owner of a lock whose time is over",
      expired(),
      [
        [
          "U0MATE",
          "Your lock on web in production (db migration) has run out: it is not yours any more. /lock web production asks for it again.",
        ],
      ],
    ],
    [
      "to the one who let their turn pass",
      left(you, { why: "tooLate" }),
      [
        [
          "U0YOU",
          "You did not take your turn on web in production in time, so it has passed on and you are out of the line. You can join it again at the end.",
          "Wait in line",
        ],
      ],
    ],
    [
      "to the one who may not any more",
      left(you, { why: "notAllowed" }),
      [
        [
          "U0YOU",
          "It was your turn on web in production, but you may not do there any more what you waited for, so it has passed on and you are out of the line.",
        ],
      ],
    ],
    ["to nobody when somebody leaves the line", left(you), []],
    ["to nobody when somebody locks", locked(), []],
    ["to nobody when a deploy begins", started(), []],
  ];
  for (const [title, fact, expected] of table)
    it(title, () => {
      const notices = noticesOf(WEB, fact, 7);
      expect(notices.map(shown)).to.deep.equal(expected);
      for (const { key } of notices) expect(key, "the fact's version").to.equal("7");
    });

  it("of freezes, to everybody in the channel", () => {
    const said = (fact: Parameters<typeof freezeNoticesOf>[1]) => freezeNoticesOf("#deploys", fact, 3).map(shown);
    const environment = "production";
    expect(said({ kind: "frozen", at: NOON, by: onCall, environment, reason: "incident", until: null })).to.deep.equal([
      [
        "#deploys",
        "Deploys in production are frozen by U0CALL since 2026-11-20 12:00 UTC (incident), until somebody lifts it. Running deploys finish, and a rollback is always possible.",
      ],
    ]);
    expect(said({ kind: "lifted", at: NOON, by: onCall, environment: null })).to.deep.equal([
      ["#deploys", "U0CALL has lifted the freeze: deploys everywhere may start again."],
    ]);
    expect(said({ kind: "ranOut", at: NOON, environment })).to.deep.equal([
      ["#deploys", "The freeze is over: deploys in production may start again."],
    ]);
  });
});

describe("the warning before a lock runs out", () => {
  const WORDS = "Your lock on web in production (db migration) runs out at 13:00 UTC.";
  const state = given(locked(), warned());

  it("stands while it is so, with who waits, and the buttons to extend and to unlock", () => {
    expect(standing(state)).to.deep.equal([["warning/1", "U0MATE", WORDS, "Extend 30 min", "Unlock"]]);
    expect(standing(foldTarget([waiting(you), waiting(onCall)], state))[0]).to.deep.equal([
      "warning/1",
      "U0MATE",
      `${WORDS} 2 people wait for it.`,
      "Extend 30 min",
      "Unlock",
    ]);
    expect(standing(given(locked()))).to.deep.equal([]);
    expect(standing(state, NOON + HOUR)).to.deep.equal([]);
  });

  it("stays as a sentence without buttons: what has become of it", () => {
    const closed = (...facts: TargetFact[]) =>
      shown({ to: "", message: closedNotice(WEB, { key: "warning/1", to: "U0MATE" }, foldTarget(facts, state)) });
    expect(closed(extended())).to.deep.equal(["", "web in production is yours until 2026-11-20 14:00 UTC now."]);
    expect(closed(unlocked())).to.deep.equal(["", "Your lock on web in production is over."]);
    expect(closed(expired(), locked({ by: you }))).to.deep.equal(["", "Your lock on web in production is over."]);
  });
});

describe("a place in line", () => {
  const AFTER = "You get a new message when it is your turn.";
  const place = (...facts: TargetFact[]) => standing(given(...facts)).find(([, to]) => to === "U0YOU");

  it("is told with who holds the target, and a button to leave", () => {
    expect(place(locked(), waiting(you))).to.deep.equal([
      "place/2",
      "U0YOU",
      `You are next in line for web in production. It is locked by U0MATE since 12:00 UTC (db migration), until 2026-11-20 13:00 UTC. ${AFTER}`,
      "Leave the line",
    ]);
    expect(place(started(), waiting(onCall), waiting(you, TO_DEPLOY))?.[2]).to.equal(
      `You are number 2 of 2 in line for web in production, to deploy main. U0MATE has been deploying since 12:00 UTC. ${AFTER}`,
    );
  });

  it("says whose turn it is before, and does not promise more than is known when nobody holds it", () => {
    expect(place(waiting(onCall), waiting(you), offered(onCall))?.[2]).to.equal(
      `You are number 2 of 2 in line for web in production. It is the turn of U0CALL until 12:05 UTC. ${AFTER}`,
    );
    expect(place(waiting(you))?.[2]).to.equal(
      `You are next in line for web in production. Nobody holds it now. ${AFTER}`,
    );
  });

  it("changes in place: its key is that of the joining, also when something else is wanted", () => {
    expect(place(locked(), waiting(onCall), waiting(you), left(onCall), waiting(you, TO_DEPLOY))?.[0]).to.equal(
      "place/3",
    );
  });

  it("stays as a sentence without buttons", () => {
    const closed = (...facts: TargetFact[]) =>
      plain(closedNotice(WEB, { key: "place/2", to: "U0YOU" }, given(...facts)).summary);
    expect(closed(waiting(you), left(you))).to.equal("You are no longer in line for web in production.");
    expect(closed(waiting(you), locked({ by: you }))).to.equal("You have had your turn on web in production.");
  });
});

describe("the turn of the next in line", () => {
  const KEPT = "It is your turn: nobody holds web in production now, and it is kept for you until 12:05 UTC.";
  const turn = (state: TargetState) => standing(state).find(([key]) => String(key).startsWith("turn/"));

  it("is a message of its own, and the place says no more than that", () => {
    expect(standing(given(waiting(you), offered(you)))).to.deep.equal([
      ["turn/2", "U0YOU", KEPT, "Lock web", "Let it pass"],
      ["place/1", "U0YOU", "It is your turn on web in production."],
    ]);
  });

  it("to deploy says whether the commit still is the one that was wanted", () => {
    const buttons = (deploy: string) => [deploy, "Lock web", "Let it pass"];
    const wants = (commit: typeof NEW.commit | null) => waiting(you, { ...TO_DEPLOY, commit });
    const sees = offered(you, { commit: NEW.commit });
    expect(turn(given(wants(NEW.commit), sees))?.slice(2)).to.deep.equal([
      `${KEPT} You wanted to deploy main, which still is 6262626 (Faster search).`,
      ...buttons("Deploy 6262626"),
    ]);
    expect(turn(given(wants(OLD.commit), sees))?.[2]).to.equal(
      `${KEPT} You wanted to deploy main, which was 6161616 when you asked and is 6262626 (Faster search) now.`,
    );
    expect(turn(given(wants(null), sees))?.[2]).to.equal(
      `${KEPT} You wanted to deploy main, which is 6262626 (Faster search) now.`,
    );
  });

  it("to deploy says when that runs there already, and when the commit cannot be told", () => {
    const runs = [started(), ended({ outcome: "deployed", release: NEW }), waiting(you, TO_DEPLOY)];
    expect(turn(given(...runs, offered(you, { commit: NEW.commit })))?.[2]).to.match(
      /That is what runs there already\.$/,
    );
    const trouble = { problem: "unknownRef", detail: "" } as const;
    expect(turn(given(waiting(you, TO_DEPLOY), offered(you, { trouble })))?.slice(2)).to.deep.equal([
      `${KEPT} You wanted to deploy main. What it is now cannot be told: There is no branch, tag or commit main in the repository. Has it been pushed?`,
      "Deploy",
      "Lock web",
      "Let it pass",
    ]);
  });

  it("stays as a sentence without buttons: taken, over, or put off", () => {
    const closed = (...facts: TargetFact[]) =>
      plain(closedNotice(WEB, { key: "turn/2", to: "U0YOU" }, given(waiting(you), offered(you), ...facts)).summary);
    expect(closed(locked({ by: you }))).to.equal("You took your turn on web in production.");
    expect(closed(started({ by: you }))).to.equal("You took your turn on web in production.");
    expect(closed(left(you))).to.equal("Your turn on web in production is over.");
    expect(closed(started({ by: onCall, wayBack: true }))).to.equal(
      "Your turn on web in production is put off. You keep your place, and get a new message when it is your turn again.",
    );
  });
});
