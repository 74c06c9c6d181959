// Who may do what: every command, button and form against every right of the configuration, for people who are listed, in a group that is listed, in neither,
// or in a group that Slack does not tell about. Goes the way of what Slack sends, down to the journal.

import { expect } from "chai";
import { makeAnswerer } from "../../src/answerer.ts";
import { loadCommands } from "../../src/chat/registry.ts";
import { plain } from "../../src/chat/text.ts";
import type { Person } from "../../src/deploy/order.ts";
import { BROADER, type Right } from "../../src/deploy/refusals.ts";
import type { StoredFact } from "../../src/ports/journal.ts";
import { TargetBot } from "../../src/runner/bot.ts";
import type { Parts } from "../../src/runner/parts.ts";
import type { Supervisor } from "../../src/runner/supervise.ts";
import { anOrder, factsUntil, teammate, you } from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";
import { locked, offered, started, WEB, waiting } from "../support/targets.ts";

const RIGHTS: Right[] = [
  ...(["deploy", "lock", "rollBack", "freeze"] as const),
  ...(["abort", "promote", "retry", "unlockOthers", "falseAlarm"] as const),
];
const OTHER = "U0OTHER";
const ORDER = anOrder();

const running: StoredFact[] = [started({ deploy: ORDER.deploy })];
const theirs: StoredFact[] = [locked()];
const yours: StoredFact[] = [locked({ by: you })];
const json = (value: object) => JSON.stringify({ ...WEB, ...value });

interface Way {
  needs: Right[];
  /** What the target has been through. */
  before?: StoredFact[];
  typed?: string;
  pressed?: [action: string, value: string];
  sent?: [action: string, value: string];
}

/** Everything that people can do and that changes something. */
const WAYS: Way[] = [
  { needs: ["deploy"], typed: "/deploy web" },
  { needs: ["rollBack"], typed: "/rollback web" },
  { needs: ["rollBack"], typed: "/rollback web", before: running },
  { needs: ["lock"], typed: "/lock web" },
  { needs: ["unlockOthers"], typed: "/unlock web production because", before: theirs },
  { needs: ["freeze"], typed: "/lock all production" },
  { needs: ["freeze"], typed: "/unlock all production" },
  { needs: ["abort"], typed: "/abort web", before: running },
  { needs: ["promote"], typed: "/promote web", before: running },
  { needs: ["retry"], typed: "/retry web", before: running },
  { needs: ["abort"], pressed: ["wish:abort", ORDER.deploy], before: running },
  { needs: ["promote"], pressed: ["wish:promote", ORDER.deploy], before: running },
  { needs: ["retry"], pressed: ["wish:retry", ORDER.deploy], before: running },
  { needs: ["rollBack"], pressed: ["wish:rollBack", ORDER.deploy], before: running },
  { needs: ["lock"], pressed: ["line:wait", json({ wanted: { kind: "lock", reason: "" } })], before: theirs },
  { needs: ["deploy"], pressed: ["line:deploy", json({ wanted: { kind: "deploy" } })], before: theirs },
  { needs: ["lock"], pressed: ["turn:lock", json({ reason: "" })], before: [locked(), waiting(), offered()] },
  { needs: ["deploy"], pressed: ["turn:deploy", json({})] },
  { needs: ["unlockOthers"], pressed: ["lock:unlock", json({ seen: 1 })], before: theirs },
  { needs: ["lock"], pressed: ["lock:extend", json({ seen: 1, forMs: 60_000 })], before: yours },
  { needs: ["lock", "unlockOthers"], sent: ["lock:takeOver", json({ seen: 1 })], before: theirs },
  { needs: ["unlockOthers"], sent: ["lock:unlockOther", json({ seen: 1 })], before: theirs },
  {
    needs: ["freeze"],
    pressed: ["freeze:abortRunning", JSON.stringify({ environment: "production", deploys: [ORDER.deploy] })],
    before: running,
  },
  { needs: ["falseAlarm"], pressed: ["check:falseAlarm", JSON.stringify({ deploy: ORDER.deploy, check: "errors" })] },
];

/** What needs no right: it shows something, opens a form, or gives back what is one's own. */
const FREE: Way[] = [
  { needs: [], typed: "/locks" },
  { needs: [], typed: "/canary web" },
  { needs: [], typed: "/canary stats web" },
  { needs: [], typed: "/lockstep help" },
  { needs: [], typed: "/unlock web", before: yours },
  { needs: [], pressed: ["line:leave", json({})], before: [locked(), waiting()] },
  { needs: [], pressed: ["turn:pass", json({})], before: [locked(), waiting()] },
  { needs: [], pressed: ["lock:takeOver", json({ seen: 1 })], before: theirs },
  { needs: [], pressed: ["lock:unlockOther", json({ seen: 1 })], before: theirs },
];

const nameOf = ({ typed, pressed, sent }: Way) => typed ?? (pressed ? `button ${pressed[0]}` : `form ${sent?.[0]}`);

type Allowed = Partial<Record<Right, string[]>>;

interface Asked {
  who: Allowed;
  members?: Parts["people"]["members"];
  by?: Person;
}

/** Asks with `who` as the configuration of production; says what was answered and how many facts were added. */
async function ask({ typed, pressed, sent, before = [] }: Way, { who, members, by = you }: Asked) {
  const { parts } = memoryParts(({ all }) => {
    all.environments.production.who = who;
    for (const right of ["deploy", "lock", "rollBack"] as const) who[right] ??= [OTHER];
  });
  if (members) parts.people.members = members;
  const never = () => expect.fail("nothing goes on to hosts here");
  parts.source = { ...parts.source, compare: never, archive: never };
  const { journal } = parts;
  await journal.append([
    { stream: "target/web/production", expected: 0, facts: before },
    { stream: `deploy/${ORDER.deploy}`, expected: 0, facts: factsUntil("baking", ORDER) as unknown as StoredFact[] },
    { stream: "freezes", expected: 0, facts: [] },
  ]);
  const count = async () =>
    (await Promise.all((await journal.streams("")).map((stream) => journal.read(stream)))).flat().length;
  const at = await count();
  const supervisor = { takeUp: () => {} } as unknown as Supervisor;
  const answerer = makeAnswerer(await loadCommands(), new TargetBot(parts, supervisor), parts.log);
  const [, command = "", text = ""] = /^\/(\S+)\s*(.*)$/.exec(typed ?? "") ?? [];
  const [action = "", value = ""] = pressed ?? sent ?? [];
  const reply = typed
    ? await answerer.typed({ command, text, by })
    : pressed
      ? await answerer.pressed({ action, value, by })
      : await answerer.sent({ action, value, words: "because", by });
  return { said: plain(reply.text), added: (await count()) - at };
}

/** Finer rights follow broader ones where they are not said, so each one is said. */
const everyRightTo = (id: string): Allowed => Object.fromEntries(RIGHTS.map((right) => [right, [id]]));

describe("who may do what", () => {
  for (const way of WAYS) {
    it(`asks for ${way.needs.join(" and ")} at ${nameOf(way)}${way.before === running ? " of a running deploy" : ""}`, async () => {
      const only = everyRightTo(OTHER);
      for (const right of way.needs) only[right] = [you.id];
      expect((await ask(way, { who: only })).said).to.not.match(/You may not|It cannot be told|or its store failed/);
      for (const right of way.needs) {
        const allBut = { ...everyRightTo(you.id), [right]: [OTHER, "S0OTHERS"] };
        const { said, added } = await ask(way, { who: allBut });
        expect(said).to.match(/^You may not .* production\. U0OTHER or S0OTHERS may: ask one of them\.$/);
        expect(added, "facts").to.equal(0);
      }
    });
  }

  for (const way of FREE) {
    it(`asks for nothing at ${nameOf(way)}`, async () => {
      const { said } = await ask(way, { who: everyRightTo(OTHER) });
      expect(said).to.not.match(/You may not|It cannot be told/);
    });
  }

  it("is asked of every command and every button that there is", async () => {
    const typed = [...WAYS, ...FREE].flatMap((way) => (way.typed ? [/^\/(\w+)/.exec(way.typed)?.[1]] : []));
    expect(typed).to.include.members([...(await loadCommands()).keys()]);
    const { PRESSES } = await import("../../src/chat/presses/all.ts");
    const acted = [...WAYS, ...FREE].flatMap(({ pressed, sent }) => (pressed ?? sent ?? []).slice(0, 1));
    expect(acted).to.include.members([...PRESSES.keys()]);
  });

  const [deploy] = WAYS as [Way];
  const group = { deploy: ["S0ENGINEERS"] };

  it("knows a person by id, by group, or by both, and otherwise not", async () => {
    const members: Parts["people"]["members"] = async (id) => ({ ok: true, ids: id === "S0ENGINEERS" ? [you.id] : [] });
    for (const who of [{ deploy: [you.id] }, group, { deploy: ["S0EMPTY", "S0ENGINEERS"] }]) {
      expect((await ask(deploy, { who, members })).added).to.be.greaterThan(0);
      expect((await ask(deploy, { who, members, by: teammate })).added).to.equal(0);
    }
  });

  it("does not believe in a group that Slack does not tell about, and says who may", async () => {
    const members: Parts["people"]["members"] = async () => ({ ok: false, detail: "ratelimited" });
    const { said, added } = await ask(deploy, { who: group, members });
    expect(said).to.match(
      /^It cannot be told whether you may deploy to production, .*\(ratelimited\)\. S0ENGINEERS may/,
    );
    expect(added).to.equal(0);
    expect((await ask(deploy, { who: { deploy: [you.id, "S0ENGINEERS"] }, members })).added).to.be.greaterThan(0);
  });

  it("is nobody where nothing is configured", async () => {
    const { parts } = memoryParts();
    const { environments } = parts.settings.configuration;
    for (const left of [{}, { production: { who: {} } }]) {
      Object.assign(parts.settings.configuration, { environments: left });
      const bot = new TargetBot(parts, { takeUp: () => {} } as unknown as Supervisor);
      const asked = await Promise.all([
        bot.deploy({ service: "web" }, {}, you),
        bot.rollBack({ service: "web" }, {}, you),
        bot.locks.lock({ service: "web" }, { reason: "" }, you),
      ]);
      expect(asked.map((one) => (one.ok ? "allowed" : one.refusal))).to.deep.equal(
        (["deploy", "rollBack", "lock"] as const).map((right) => ({
          kind: "notAllowed",
          right,
          environment: "production",
          who: [],
        })),
      );
    }
    expect(Object.keys(environments)).to.include("production");
  });

  it("is, for a finer right that is not said, who has the broader one", async () => {
    for (const [finer, broader] of Object.entries(BROADER) as [Right, Right][]) {
      const ways = WAYS.filter(({ needs }) => needs.length === 1 && needs[0] === finer);
      expect(ways, finer).to.not.be.empty;
      for (const way of ways) {
        expect((await ask(way, { who: { [broader]: [you.id] } })).said).to.not.match(/You may not/);
        expect((await ask(way, { who: { [broader]: [OTHER] } })).said).to.match(/You may not/);
      }
    }
  });
});
