// A target to which anything may happen, by people who look away, processes that lag and crash, and a clock that jumps. What has to hold, holds: the audit
// of every fact is in audit.ts.

import { expect } from "chai";
import fc from "fast-check";
import { MINUTE } from "../support/build.ts";
import { type Act, PEOPLE, PERSONAL, TIMES, World } from "./world.ts";

const who = fc.nat({ max: PEOPLE.length - 1 });
const process = fc.nat({ max: 1 });
const reason = fc.constantFrom("", "  ", "hotfix", "db migration !");
const personal = fc.record({
  act: fc.constantFrom("takeOver", ...PERSONAL),
  who,
  process,
  reason,
  looks: fc.boolean(),
});
const other = fc.record({
  act: fc.constantFrom("end", "end", "freeze", "lift", "lift", "keep", "keep", "forbid", "crash"),
  process,
}) as fc.Arbitrary<Act>;
const hours = fc.integer({ min: -180, max: 240 });
const time = fc.record({
  act: fc.constant("time" as const),
  ms: fc.oneof(hours, { weight: 3, arbitrary: fc.integer({ min: 1, max: 12 }) }).map((minutes) => minutes * MINUTE),
});
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof({ weight: 8, arbitrary: personal }, { weight: 3, arbitrary: other }, { weight: 2, arbitrary: time }),
  { minLength: 1, maxLength: 60, size: "max" },
);

describe("a target to which anything may happen", function () {
  this.timeout(60_000);

  it("has one holder, a fair line from which nobody is lost, and locks that only their owners or the informed end", () => {
    const kinds = new Map<string, number>();
    let late = 0;
    let refused = 0;
    fc.assert(
      fc.property(acts, fc.boolean(), (story, alwaysKept) => {
        const world = new World();
        for (const act of story) {
          world.do(act);
          if (alwaysKept) world.do({ act: "keep", process: 1 });
        }
        for (const kind of world.written) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        late += world.late;
        refused += world.refused;
      }),
      { numRuns: 500 },
    );
    const usual =
      "locked extended unlocked takenOver warned expired waiting leftLine offered withdrawn deployStarted deployEnded";
    for (const kind of usual.split(" ")) expect(kinds.get(kind), `${kind} came to pass`).to.be.greaterThan(3);
    expect([late > 100, refused > 100], "writers were late and requests refused").to.deep.equal([true, true]);
  });

  it("gives everybody who stays in line their turn, once and in order, whatever has happened before", () => {
    fc.assert(
      fc.property(acts, (story) => {
        const world = new World();
        for (const act of story) world.do(act);
        world.do({ act: "lift", process: 0 });
        world.do({ act: "end", process: 0 });
        // A lock of the past may last for hours; a clock that went back makes it longer.
        world.now = Math.max(world.now, world.truth().lock?.until ?? 0, world.truth().offer?.until ?? 0);
        const { lock, line, offer } = world.truth();
        const late = lock === null && offer !== null && offer.until <= world.now ? 1 : 0;
        const expected = line.slice(late).map(({ by }) => by.id);
        const turns: string[] = [];
        for (let i = 0; i < PEOPLE.length; i++) {
          world.do({ act: "keep", process: 0 });
          const to = world.truth().offer?.to.id;
          if (to === undefined) break;
          turns.push(to);
          const index = PEOPLE.findIndex(({ id }) => id === to);
          if (i % 2 === 0) world.do({ act: "time", ms: TIMES.acceptMs });
          else {
            world.do({ act: "lock", who: index, process: 0, reason: "my turn", looks: true });
            world.do({ act: "unlock", who: index, process: 0, reason: "", looks: true });
          }
        }
        expect(turns).to.deep.equal(expected);
        world.do({ act: "keep", process: 0 });
        expect(world.truth().line).to.deep.equal([]);
      }),
      { numRuns: 200 },
    );
  });
});
