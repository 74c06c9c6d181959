// Every no has a sentence: what is so, why, and what to do.

import { expect } from "chai";
import { refusalSentence } from "../../src/chat/sentences/refusals.ts";
import { plain } from "../../src/chat/text.ts";
import type { Refusal } from "../../src/deploy/refusals.ts";
import { HOUR, NEW, NOON, teammate } from "../support/build.ts";

const lock = {
  by: teammate,
  reason: "db migration",
  since: NOON,
  until: NOON + HOUR,
  version: 3,
  seen: 3,
  warned: false,
};
const freeze = { by: teammate, environment: "production", reason: "incident", since: NOON, until: null };
const running = { deploy: "k3v9x2", by: teammate, since: NOON };
const web = { service: "web", environment: "production" };

type Kinds = { [K in Refusal["kind"]]: [Extract<Refusal, { kind: K }>, string] };

const TABLE: Kinds = {
  unknownCommand: [
    { kind: "unknownCommand", typed: "depoly", known: ["/lockstep deploy", "/lockstep lock"] },
    "There is no command depoly. There are /lockstep deploy and /lockstep lock.",
  ],
  badArguments: [
    {
      kind: "badArguments",
      command: "lock",
      usage: "/lock <service>",
      example: "/lock web",
      problem: "It needs more.",
    },
    "It needs more. /lock <service>, for example /lock web.",
  ],
  unknownService: [
    { kind: "unknownService", typed: "wbe", known: ["web", "api", "mail"] },
    "There is no service wbe. Configured are web, api and mail.",
  ],
  unknownEnvironment: [
    { kind: "unknownEnvironment", typed: "prod", service: "web", known: ["production"] },
    "web has no environment prod. It has production. A version is typed as /deploy web@prod.",
  ],
  notAllowed: [
    { kind: "notAllowed", right: "deploy", environment: "production", who: ["S0ENGINEERS", "U0CALL"] },
    "You may not deploy to production. S0ENGINEERS or U0CALL may: ask one of them.",
  ],
  groupsUnreadable: [
    { kind: "groupsUnreadable", right: "rollBack", environment: "production", who: ["S0SRE"], detail: "missing_scope" },
    "It cannot be told whether you may roll back in production, because Slack does not list the members of the user group (missing_scope). S0SRE may: try again, or have yourself listed by user id in the configuration.",
  ],
  source: [
    { kind: "source", problem: "unknownRef", ref: "faeture", detail: "" },
    "There is no branch, tag or commit faeture in the repository. Has it been pushed?",
  ],
  hosts: [
    { kind: "hosts", trouble: { from: "command", problem: "failed", detail: "exit code 3: no such region" } },
    "It is not known which hosts of web in production to deploy to, so nothing was done: the inventory command failed (exit code 3: no such region). npx lockstep check-config --inventory shows it too; type the command again when it is mended.",
  ],
  unknownHosts: [
    { kind: "unknownHosts", typed: ["web-9", "web-8"], known: ["web-1", "web-2"] },
    "web-9 and web-8 are not among the hosts of web in production, so nothing was done. It has web-1 and web-2.",
  ],
  lockedBy: [
    { kind: "lockedBy", lock, waiting: 2 },
    "web in production is locked by U0MATE since 12:00 UTC (db migration), until 2026-11-20 13:00 UTC. 2 people wait for it.",
  ],
  notYourLock: [
    { kind: "notYourLock", lock: { ...lock, reason: "" } },
    "web in production is locked by U0MATE since 12:00 UTC, until 2026-11-20 13:00 UTC. To unlock it all the same, say why: they are told.",
  ],
  notLocked: [{ kind: "notLocked" }, "web in production is not locked. /lock web production reason locks it."],
  lockTooLong: [
    { kind: "lockTooLong", longestMs: 8 * HOUR },
    "A lock lasts at most 8 h: ask for less, and take it again when you need it longer.",
  ],
  heldByDeploy: [
    { kind: "heldByDeploy", ...running },
    "web in production is held by the deploy that U0MATE started at 12:00 UTC, and is free when that ends. Its message has the buttons to stop it.",
  ],
  deployRunning: [
    { kind: "deployRunning", ...running },
    "U0MATE has been deploying web in production since 12:00 UTC. /canary web production shows how far it is.",
  ],
  nothingRunning: [
    { kind: "nothingRunning" },
    "No deploy of web in production is running. /deploy web production starts one.",
  ],
  nothingToGoBackTo: [
    { kind: "nothingToGoBackTo" },
    "There is nothing to go back to: the bot has not deployed web in production twice yet. Deploy an older version instead: /deploy web@<commit> to production.",
  ],
  alreadyOver: [
    { kind: "alreadyOver", deploy: "k3v9x2" },
    "This deploy is over. /rollback web production goes back to the release before.",
  ],
  tooLate: [
    { kind: "tooLate", what: "promote" },
    "That is no longer possible: the deploy has moved on. Its message shows what can be done now.",
  ],
  movedOn: [
    { kind: "movedOn" },
    "Something else happened to web in production at the same moment, so nothing was done. Look, then try again.",
  ],
  alreadyGoingBack: [
    { kind: "alreadyGoingBack" },
    "web in production is going back already. /canary web production shows how far it is.",
  ],
  reserved: [
    { kind: "reserved", turn: teammate, until: NOON },
    "Nobody holds web in production, and it is the turn of U0MATE, who can take it until 12:00 UTC.",
  ],
  lockChanged: [
    { kind: "lockChanged", lock },
    "The lock of web in production is not the one you were shown any more, so nothing was done: it is held by U0MATE since 12:00 UTC (db migration), until 2026-11-20 13:00 UTC.",
  ],
  yoursChanged: [
    { kind: "yoursChanged", lock },
    "Your lock on web in production has changed since you were shown it, so nothing was done: it lasts until 2026-11-20 13:00 UTC now.",
  ],
  freezeTooLong: [
    { kind: "freezeTooLong", longestMs: 365 * 24 * HOUR },
    "A freeze with an end lasts at most 365 days. Without an end it lasts until somebody lifts it.",
  ],
  yoursAlready: [{ kind: "yoursAlready", lock }, "web in production is yours already, until 2026-11-20 13:00 UTC."],
  reasonNeeded: [{ kind: "reasonNeeded" }, "It needs a reason: a few words for those who are kept waiting by it."],
  frozen: [
    { kind: "frozen", freeze },
    "Deploys in production are frozen by U0MATE since 2026-11-20 12:00 UTC (incident), until somebody lifts it. A way back is not held up: /rollback web production.",
  ],
  frozenAlready: [
    { kind: "frozenAlready", freeze },
    "Deploys in production are frozen by U0MATE since 2026-11-20 12:00 UTC (incident), until somebody lifts it. Nothing was changed: /unlock all production lifts it, and then you can freeze anew.",
  ],
  notFrozen: [
    { kind: "notFrozen", environment: null, others: [freeze] },
    "Deploys are not frozen everywhere. But in production they are: /unlock all production.",
  ],
  yourTurn: [
    { kind: "yourTurn", until: NOON },
    "It is your turn on web in production already: take it until 12:00 UTC.",
  ],
  notInLine: [{ kind: "notInLine" }, "You are not in line for web in production."],
  commitMoved: [
    { kind: "commitMoved", ref: "main", commit: NEW.commit },
    "Nothing was deployed, because main has moved on since you were shown it: it is 6262626 (Faster search) now. Look whether that is what you want.",
  ],
  timeZoneUnknown: [
    { kind: "timeZoneUnknown", detail: "missing_scope" },
    "Slack does not tell your time zone (missing_scope), so it is not known when that is. Say how long instead, such as /lock web production reason for 2h.",
  ],
  storeUnreachable: [
    { kind: "storeUnreachable", done: "no" },
    "The bot cannot reach its store, so nothing was done: nobody can lock or deploy until it can. Try again in a minute; /healthz of the bot and its log say more.",
  ],
  noAlarm: [
    { kind: "noAlarm", check: "jobs" },
    "There is nothing to mark: jobs has not failed in this deploy. Its thread shows the verdict.",
  ],
  markedAlready: [
    { kind: "markedAlready", check: "jobs", by: teammate, at: NOON },
    "It is on record already that jobs was a false alarm here: U0MATE said so, 2026-11-20 12:00 UTC.",
  ],
  reasonTooLong: [{ kind: "reasonTooLong", most: 300 }, "A reason has at most 300 characters: say it shorter."],
};

describe("a refusal", () => {
  for (const [kind, [refusal, sentence]] of Object.entries(TABLE)) {
    it(`says what is so and what to do: ${kind}`, () => {
      expect(plain(refusalSentence(refusal, web))).to.equal(sentence);
    });
  }

  it("is a whole sentence also when it is not known what it is about", () => {
    for (const [refusal] of Object.values(TABLE)) {
      const sentence = plain(refusalSentence(refusal, null));
      expect(sentence).to.match(/^[A-Zwi].*[.?]$/s);
      expect(sentence).not.to.match(/undefined|null|NaN|\[object|\/\w+ it\b/);
    }
  });

  it("tells of each trouble with a version what to do", () => {
    const problems = {
      badRef: /cannot be a branch.*Type the name of one/,
      unknownRef: /Has it been pushed\?$/,
      ambiguousRef: /Type a longer part of the SHA\.$/,
      repositoryUnreachable: /Try again; if it stays so, check its address/,
      repositoryBroken: /remove it from the data directory/,
      timedOut: /Try again\.$/,
    } as const;
    for (const [problem, words] of Object.entries(problems)) {
      const refusal = { kind: "source", problem: problem as keyof typeof problems, ref: "main", detail: "d" } as const;
      expect(plain(refusalSentence(refusal, web))).to.match(words);
    }
  });

  it("says what to do where nobody may", () => {
    const nobody = { kind: "notAllowed", right: "deploy", environment: "production", who: [] } as const;
    expect(plain(refusalSentence({ ...nobody, who: [] }, null))).to.equal(
      "You may not deploy to production. Nobody may: whoever runs the bot can name somebody under environments.production.who in its configuration.",
    );
  });

  it("says whether anything was done when the store was lost, and does not claim what it cannot know", () => {
    const unknown = plain(refusalSentence({ kind: "storeUnreachable", done: "unknown" }, null));
    expect(unknown).to.match(/may or may not have been done\. Look with \/locks/);
  });

  it("names no version for an environment of all, and other freezes only where there are any", () => {
    const typed = { kind: "unknownEnvironment", typed: "stagng", service: "all", known: ["production"] } as const;
    expect(plain(refusalSentence({ ...typed, known: [...typed.known] }, null))).to.equal(
      "There is no environment stagng. Configured are production.",
    );
    expect(plain(refusalSentence({ kind: "notFrozen", environment: "staging", others: [] }, null))).to.equal(
      "Deploys are not frozen in staging.",
    );
  });

  it("stays short, whatever was typed and however much there is", () => {
    const known = Array.from({ length: 500 }, (_, i) => `service-${i}`);
    const sentence = plain(refusalSentence({ kind: "unknownService", typed: "🚀".repeat(4_000), known }, null));
    expect(sentence.length).to.be.lessThan(600);
    expect(sentence).to.contain("service-19 and 480 more");
    expect(sentence).not.to.match(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  });
});
