// Locks, the line and freezes as people ask for them: who may, what their words mean, and what is in the journal then.

import { expect } from "chai";
import type { Answer, FreezeAnswer } from "../../src/chat/bot.ts";
import { EnvironmentFreezing } from "../../src/runner/freezing.ts";
import { TargetLocking } from "../../src/runner/locking.ts";
import type { Parts } from "../../src/runner/parts.ts";
import { HOUR, MINUTE, NEW, onCall, teammate, you } from "../support/build.ts";
import { memoryParts } from "../support/memory-parts.ts";
import { locked, started, WEB } from "../support/targets.ts";

const web = { service: "web" };
const kindOf = (answer: Answer<unknown> | FreezeAnswer<unknown>) => (answer.ok ? null : answer.refusal.kind);
function given<T>(answer: Answer<T> | FreezeAnswer<T>): T {
  if (!answer.ok) throw new Error(`refused: ${answer.refusal.kind}`);
  return answer.value;
}

describe("asking for locks", () => {
  let parts: Parts;
  let locking: TargetLocking;
  beforeEach(() => {
    ({ parts } = memoryParts());
    locking = new TargetLocking(parts);
  });
  const at = (hour: number) => ({ until: { hour, minute: 0, tomorrow: false } });
  const lock = (lasting?: ReturnType<typeof at> | { forMs: number }, by = you) =>
    locking.lock(web, { reason: "", lasting }, by);
  const written = async () =>
    (await Promise.all((await parts.journal.streams("")).map((one) => parts.journal.read(one)))).flat();

  it("locks for as long as is configured, as is said, or until the clock says so where the person is", async () => {
    expect(given(await lock()).lock.until).to.equal(HOUR);
    expect(given(await lock({ forMs: MINUTE })).lock.until).to.equal(MINUTE);
    // Midnight UTC is half past five there.
    expect(given(await lock(at(9))).lock.until).to.equal(3.5 * HOUR);
  });

  it("finds service and environment however they are written, and the usual environment", async () => {
    const typed = await locking.lock({ service: "WEB", environment: "Staging" }, { reason: "" }, you);
    expect(typed.target).to.deep.equal({ service: "web", environment: "staging" });
    expect((await lock()).target).to.deep.equal(WEB);
  });

  it("writes nothing when it says no: who may not, what there is not, when that is, and for how long", async () => {
    const { production } = parts.settings.configuration.environments;
    const zone = parts.people.timeZone;
    if (production) production.who.lock = [onCall.id];
    expect(kindOf(await lock())).to.equal("notAllowed");
    parts.people.timeZone = () => expect.fail("whoever may not lock need not say until when");
    expect(kindOf(await lock(at(9)))).to.equal("notAllowed");
    parts.people.timeZone = zone;
    const by = onCall;
    expect(kindOf(await locking.lock({ service: "constructor" }, { reason: "" }, by))).to.equal("unknownService");
    expect(kindOf(await locking.lock({ ...web, environment: "stagng" }, { reason: "" }, by))).to.equal(
      "unknownEnvironment",
    );
    expect(kindOf(await lock({ forMs: 8 * HOUR + 1 }, by))).to.equal("lockTooLong");
    expect(kindOf(await lock(at(5), by)), "half an hour ago: tomorrow").to.equal("lockTooLong");
    parts.people.timeZone = async () => ({ ok: false, detail: "missing_scope" });
    expect(kindOf(await lock(at(9), by))).to.equal("timeZoneUnknown");
    parts.people.timeZone = async () => ({ ok: true, zone: "Atlantis/Capital" });
    expect(kindOf(await lock(at(9), by))).to.equal("timeZoneUnknown");
    expect(await written()).to.deep.equal([]);
  });

  it("puts people in line with what they want: a time from now, and the commit that a ref means now", async () => {
    await parts.targets.change(WEB, () => ({ ok: true, facts: [locked({ at: 0, by: onCall })] }));
    const first = await locking.wait(web, { kind: "lock", reason: "test", lasting: at(9) }, you);
    const second = await locking.wait(web, { kind: "deploy" }, teammate);
    expect([given(first), given(second)]).to.deep.equal([
      { place: 1, length: 1 },
      { place: 2, length: 2 },
    ]);
    const { line } = await parts.targets.read(WEB);
    expect(line.map(({ wants }) => wants)).to.deep.equal([
      { kind: "lock", reason: "test", forMs: 3.5 * HOUR },
      { kind: "deploy", ref: "main", commit: NEW.commit },
    ]);
    expect(given(await lock(undefined, onCall)).waiting).to.equal(2);
  });

  it("puts nobody in line for what they may not do, or what there is not", async () => {
    expect(kindOf(await locking.wait(web, { kind: "deploy" }, you))).to.equal("notAllowed");
    expect(kindOf(await locking.wait(web, { kind: "deploy", ref: "mian" }, teammate))).to.equal("source");
    const tooLong = { kind: "lock", reason: "", lasting: { forMs: 9 * HOUR } } as const;
    expect(kindOf(await locking.wait(web, tooLong, you))).to.equal("lockTooLong");
    expect(await written()).to.deep.equal([]);
  });

  it("lets everybody leave the line, also who may nothing any more", async () => {
    await locking.wait(web, { kind: "lock", reason: "" }, you);
    const { production } = parts.settings.configuration.environments;
    if (production) production.who.lock = [onCall.id];
    expect((await locking.leave(web, you)).ok).to.equal(true);
    expect(kindOf(await locking.leave(web, you))).to.equal("notInLine");
  });

  it("takes over, extends and unlocks what was seen, and answers with the lock that holds then", async () => {
    await lock();
    const taken = given(await locking.takeOver(web, { reason: "hotfix", seen: 1 }, teammate));
    expect([taken.lock.by, taken.lock.until, taken.lock.seen]).to.deep.equal([teammate, HOUR, 2]);
    expect(taken.from).to.deep.equal(you);
    expect(given(await locking.extend(web, { forMs: MINUTE, seen: 2 }, teammate)).lock.until).to.equal(HOUR + MINUTE);
    expect(kindOf(await locking.unlock(web, { reason: "", seen: 2 }, teammate))).to.equal("yoursChanged");
    expect(kindOf(await locking.unlock(web, { reason: "", seen: null }, you))).to.equal("notYourLock");
    expect((await locking.unlock(web, { reason: "", seen: null }, teammate)).ok).to.equal(true);
  });
});

describe("asking for freezes", () => {
  const terms = { reason: "incident" };
  let parts: Parts;
  let freezing: EnvironmentFreezing;
  beforeEach(() => {
    ({ parts } = memoryParts());
    freezing = new EnvironmentFreezing(parts);
  });

  it("freezes an environment for those who may there, and everything only for those who may everywhere", async () => {
    expect(given(await freezing.freeze("production", terms, onCall)).freeze.environment).to.equal("production");
    expect(kindOf(await freezing.freeze("production", terms, you))).to.equal("notAllowed");
    expect(kindOf(await freezing.freeze(null, terms, onCall)), "nobody may in staging").to.equal("notAllowed");
    const { staging } = parts.settings.configuration.environments;
    if (staging) staging.who.freeze = "everyone";
    expect(given(await freezing.freeze(null, terms, onCall)).freeze.environment).to.equal(null);
    expect(kindOf(await freezing.freeze(null, terms, you))).to.equal("notAllowed");
    expect(kindOf(await freezing.lift("production", you))).to.equal("notAllowed");
  });

  it("refuses an environment that there is not, rather than taking another one", async () => {
    for (const answer of [freezing.freeze("stagng", terms, onCall), freezing.lift("stagng", onCall)])
      expect(kindOf(await answer)).to.equal("unknownEnvironment");
  });

  it("names what still runs there, and nothing that runs elsewhere", async () => {
    await parts.targets.change(WEB, () => ({ ok: true, facts: [started()] }));
    await parts.targets.change({ ...WEB, environment: "staging" }, () => ({
      ok: true,
      facts: [started({ deploy: "0ther" })],
    }));
    const { running } = given(await freezing.freeze("production", terms, onCall));
    expect(running).to.deep.equal([{ target: WEB, deploy: "k3v9x2", by: teammate }]);
  });

  it("says what stays frozen when one is lifted", async () => {
    const { staging } = parts.settings.configuration.environments;
    if (staging) staging.who.freeze = "everyone";
    await freezing.freeze(null, { ...terms, lasting: { forMs: HOUR } }, onCall);
    await freezing.freeze("staging", terms, you);
    expect(
      given(await freezing.lift("staging", you)).others.map(({ environment, until }) => [environment, until]),
    ).to.deep.equal([[null, HOUR]]);
  });
});
