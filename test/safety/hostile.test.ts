// Words that people and programs bring along, as bad as they can be, through every view: nobody is pinged, nothing becomes a link, and the layout is that of
// harmless words. Held against what Slack refuses, and against what a terminal would do.

import { expect } from "chai";
import { checkedBlocks, updatedText } from "../../playground/slack/rules/message.ts";
import { checkedView } from "../../playground/slack/rules/view.ts";
import { replyToSlack, toSlack } from "../../src/adapters/slack/blocks.ts";
import { modalFor } from "../../src/adapters/slack/forms.ts";
import { homeView } from "../../src/adapters/slack/home.ts";
import { sent } from "../../src/chat/presses/all.ts";
import { freezeSentence } from "../../src/chat/sentences/locks.ts";
import { refusalSentence } from "../../src/chat/sentences/refusals.ts";
import { plain, t } from "../../src/chat/text.ts";
import { inTerminal, partsInTerminal } from "../../src/check/terminal.ts";
import type { DeployFact } from "../../src/deploy/facts.ts";
import type { Person } from "../../src/deploy/order.ts";
import type { Refusal } from "../../src/deploy/refusals.ts";
import { tableOf } from "../../src/doctor/table.ts";
import { MOST_OF_REASON } from "../../src/locks/decided.ts";
import { homeParts, locksReply } from "../../src/views/locks.ts";
import { freezeNoticesOf, noticesOf, standingNotices } from "../../src/views/notices.ts";
import { rootMessage } from "../../src/views/root.ts";
import { statusText } from "../../src/views/status.ts";
import { withWays } from "../../src/views/ways.ts";
import { runbookPage } from "../../src/web/runbookPages.ts";
import { recordingBot } from "../chat/recordingBot.ts";
import { anOrder, aRelease, factsUntil, folded, HOUR, NOON, OLD, then, you } from "../support/build.ts";
import { aFreeze, given, locked, offered, unlocked, WEB, waiting } from "../support/targets.ts";
import { threadLines } from "../support/thread.ts";

const HARMLESS = "Faster search";
const HOSTILE = [
  "<!channel> <!here> <!everyone> @channel @here",
  "<@U0MATE> <!subteam^S0ENGINEERS> <#C0DEPLOYS>",
  "<!date^0^{date}^https://evil.example|never>",
  "<https://evil.example|the runbook> [the runbook](https://evil.example)",
  "&lt;!channel&gt; &amp;lt;!here&amp;gt;",
  "*bold* _it_ ~no~ `code` ```block```",
  "> quote\u2028> line\u2029- list",
  "`ends code` | > <",
  "\u202edeppots\u202c \u2066left\u2069 \u200fmark",
  "\x1b[2J\x1b[31mred\x1b]0;title\x07\x1b]8;;https://evil.example\x1b\\link\x07\b\b\b\x9b31m",
  "zero\u200bwidth\u200d\ufeff\u2060\u00ad",
  "Z̸̧̛͓̗a̴͙̕l̷̰̈g̶̬͐o 🚢👩‍👩‍👧",
  ":rotating_light: :fire: --global $(id) `id` ; rm -rf /",
  "</p><script>alert(1)</script><img src=x onerror=alert(1)>",
  "\"quoted' \\ %s %d {{x}}",
];
const LONG = "w".repeat(5_000);

interface Shown {
  text: string;
  blocks: unknown[];
}

/** Every message and view that these words get into. */
function shownWith(words: string): Shown[] {
  // What comes in is no longer.
  const [ref, reason] = [words.slice(0, 200), words.slice(0, MOST_OF_REASON)];
  const by: Person = { id: "somebody", name: words.slice(0, 80) };
  const release = aRelease("b", words);
  release.commit.author = words;
  const order = anOrder({ by, ref, release });
  const compared = { ahead: 2, behind: 0, authors: [words], commits: [release.commit, release.commit] };
  const facts = factsUntil("ended", order).map(
    (fact): DeployFact => (fact.kind === "compared" ? { ...fact, previous: OLD, changes: compared } : fact),
  );
  const broken = then(facts.slice(0, facts.findIndex(({ kind }) => kind === "bakeStarted") - 1), {
    kind: "hostFailed",
    host: "web-02",
    trouble: "commandFailed",
    detail: words,
  } as never);
  const lock = locked({ by, reason });
  const state = given(lock, waiting({ id: "other", name: words }));
  const freeze = aFreeze({ by, reason });
  const overview = { now: NOON, freezes: [freeze], targets: [{ target: WEB, state }] };
  const told = [
    ...noticesOf(WEB, { ...unlocked({ by, owner: you, reason }) }, 3),
    ...freezeNoticesOf(
      "#deploys",
      { kind: "frozen", at: NOON, by, environment: null, reason, until: null } as never,
      1,
    ),
    ...standingNotices(WEB, given(locked({ by: you, reason, until: NOON + HOUR }), waiting(you), offered(you)), NOON),
  ];
  const heldLock = state.lock ?? expect.fail();
  const refusals: Refusal[] = [
    { kind: "unknownService", typed: words, known: ["web"] },
    { kind: "unknownEnvironment", typed: words, service: "web", known: ["production"] },
    { kind: "unknownCommand", typed: words, known: ["/lockstep deploy"] },
    { kind: "source", problem: "unknownRef", ref, detail: words },
    { kind: "source", problem: "repositoryUnreachable", ref: "main", detail: words },
    { kind: "groupsUnreadable", right: "deploy", environment: "production", who: ["S0SRE"], detail: words },
    { kind: "hosts", trouble: { from: "command", problem: "failed", detail: words } },
    { kind: "commitMoved", ref, commit: release.commit },
    { kind: "lockedBy", lock: heldLock, waiting: 1 },
    { kind: "frozen", freeze },
  ];
  const form = {
    ...{ action: "lock:unlockOther", value: "{}", title: "Unlock web", submit: "Unlock" },
    text: t`${freezeSentence(freeze)}`,
    input: { label: "Why?", hint: "why", initial: "", mostCharacters: 300 },
  };
  const modal = modalFor(form, {});
  const home = homeView(homeParts(overview, you), { now: NOON });
  checkedView(modal, "modal");
  checkedView(home, "home");
  return [
    ...[...threadLines(facts), ...threadLines(broken)].map((line) => toSlack(line.message)),
    ...(["preparing", "canary", "baking", "ended"] as const).map((stage) =>
      toSlack(rootMessage(folded(facts.slice(0, factsUntil(stage, order).length)))),
    ),
    ...told.map(({ message }) => toSlack(message)),
    ...refusals.map((refusal) => replyToSlack(withWays({ refusal, target: WEB }, { kind: "deploy", ref: "main" }))),
    replyToSlack({ text: statusText(WEB, { state, deploy: folded(facts), now: NOON }) }),
    replyToSlack(locksReply(overview, you)),
    { text: "", blocks: modal.blocks },
    { text: "", blocks: home.blocks },
  ];
}

/** What Slack acts on: pieces of its markup, elements that are more than words, and where lines and blocks begin. */
function structure({ text, blocks }: Shown): unknown {
  const acting: unknown[] = [];
  const visit = (one: unknown): void => {
    if (Array.isArray(one)) for (const each of one) visit(each);
    if (Array.isArray(one) || typeof one !== "object" || one === null) return;
    const { type, text: inside, style, ...rest } = one as Record<string, unknown>;
    if (type === "text") acting.push(["text", style, linesOf(inside)]);
    else if (type === "mrkdwn") acting.push(["mrkdwn", markupIn(String(inside))]);
    else if (typeof type === "string") acting.push([type, rest.url, rest.user_id, rest.usergroup_id, rest.action_id]);
    Object.values({ ...rest, inside }).forEach(visit);
  };
  visit(blocks);
  return { text: markupIn(text), acting };
}
const linesOf = (text: unknown) => String(text).split("\n").length;
/** Inside of code nothing is formatted, and nothing is by a sign between invisible spaces. */
const markupIn = (mrkdwn: string) => {
  const words = mrkdwn.replace(/(?<!\u200b)`[^`]*`(?!\u200b)/g, "¬");
  const signs = words.match(/[*_~`](?!\u200b)|(?<!\u200b)[*_~`]/g) ?? [];
  return [words.match(/<[^>]*>/g) ?? [], signs.length, (words.match(/¬/g) ?? []).length, linesOf(words)];
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const STEERS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;

describe("words as bad as they can be", function () {
  this.timeout(20_000);
  const right = shownWith(HARMLESS).map(structure);

  it("get into what is compared here: dozens of messages, a form and the Home page", () => {
    const with_ = shownWith(HARMLESS).filter((one) => JSON.stringify(one).includes(HARMLESS));
    expect(with_.length).to.be.greaterThan(20);
  });

  for (const words of HOSTILE) {
    it(`are words in every view: ${JSON.stringify(words).slice(0, 60)}`, () => {
      // What a button carries is seen by nobody.
      const shown = withoutCarried(shownWith(words));
      for (const [i, one] of shown.entries()) expect(structure(one), one.text).to.deep.equal(right[i]);
      for (const one of shown) {
        checkedBlocks(one.blocks);
        updatedText(one.text);
        JSON.stringify(one, (_, value) => {
          if (typeof value === "string") expect(value).to.not.match(STEERS);
          return value;
        });
      }
    });
  }

  it("are taken by Slack however long they are", () => {
    for (const one of shownWith(LONG)) {
      checkedBlocks(one.blocks);
      updatedText(one.text);
    }
  });

  it("neither steer a terminal nor turn its lines", () => {
    for (const words of HOSTILE) {
      const parts = rootMessage(
        folded(factsUntil("baking", anOrder({ ref: words, release: aRelease("b", words) }))),
      ).parts;
      const about = { kind: "hostTrouble", trouble: "refused", detail: words } as never;
      const table = () =>
        tableOf(
          [{ area: "hosts", target: WEB, rows: [{ mark: "wrong", about, varies: false, subjects: [words] }] }] as never,
          { columns: 80, colours: false, clean: (text) => text },
        );
      for (const text of [partsInTerminal(parts, "UTC"), inTerminal(t`${words}`, "UTC"), table()])
        expect(text.replaceAll("\n", "").replaceAll("\t", "")).to.not.match(STEERS);
    }
  });

  it("are not read as HTML where runbooks are shown, and lead nowhere", () => {
    for (const words of [
      ...HOSTILE,
      "[x](javascript:alert(1))",
      "![x](data:text/html,<script>)",
      "<a href=//evil>x</a>",
    ]) {
      const page = runbookPage({ file: `${words}.md`, text: `# ${words}\n\n${words}\n`, sections: [] } as never);
      expect(page).to.not.match(/<script|<img[^>]*onerror|href="(?:javascript|data):|src="data:|<a href=\/\//i);
      expect(page.match(/<title>/g)).to.have.length(1);
    }
  });

  it("are one line where they come out of a form", async () => {
    const { bot, asked } = recordingBot();
    const value = JSON.stringify({ ...WEB, seen: 1 });
    await sent(
      { action: "lock:unlockOther", value, words: " because\n\n*Approved by the CTO*\r\n\u2028now ", by: you },
      bot,
    );
    expect(JSON.stringify(asked)).to.include('"because *Approved by the CTO* now"');
  });

  it("are words in refusals that are said by themselves", () => {
    expect(plain(refusalSentence({ kind: "unknownCommand", typed: "<!channel>", known: [] }, null))).to.include(
      "<!channel>",
    );
  });
});

function withoutCarried(shown: Shown[]): Shown[] {
  return JSON.parse(JSON.stringify(shown), (key, value) => (["value", "private_metadata"].includes(key) ? "" : value));
}
