// What ran before what runs now: going back twice goes back further, and never forward to what was bad.

import { expect } from "chai";
import fc from "fast-check";
import type { Outcome } from "../../src/deploy/facts.ts";
import type { Release } from "../../src/deploy/order.ts";
import type { TargetFact } from "../../src/locks/facts.ts";
import { foldTarget, freeTarget, releaseBefore, type TargetState } from "../../src/locks/fold.ts";
import { aRelease, NOON } from "../support/build.ts";

let deploys = 0;
const ended = (release: Release | null, replaced: Release | null, outcome: Outcome = "deployed"): TargetFact => ({
  kind: "deployEnded",
  at: NOON,
  deploy: `d${deploys++}`,
  outcome,
  release,
  replaced,
});

/** Releases by letter: a deploy of each one after the other, `<` for the way back, `!` for a deploy that came to nothing. */
function told(story: string): TargetState {
  let state = freeTarget;
  for (const letter of story) {
    const back = letter === "<" ? releaseBefore(state) : null;
    if (letter === "!") state = foldTarget([ended(null, state.release, "rolledBack")], state);
    else if (letter !== "<") state = foldTarget([ended(aRelease(letter), state.release)], state);
    else if (back) state = foldTarget([ended(back, state.release)], state);
  }
  return state;
}

/** On some hosts only. */
const partly = (state: TargetState, outcome: Outcome) =>
  foldTarget([{ ...ended(null, state.release, outcome), partial: true } as TargetFact], state);

const runs = (state: TargetState) => state.release?.commit.subject.slice(-1) ?? "-";
const former = (state: TargetState) => releaseBefore(state)?.commit.subject.slice(-1) ?? "-";

describe("what runs now and what ran before", () => {
  const table: [string, string, string, string][] = [
    ["nothing was ever deployed", "", "-", "-"],
    ["one release was deployed", "a", "a", "-"],
    ["two were", "ab", "b", "a"],
    ["the second went back", "ab<", "a", "-"],
    ["the third went back", "abc<", "b", "a"],
    ["it went back twice: further, not to the bad one", "abc<<", "a", "-"],
    ["it went back further than there is", "abc<<<<", "a", "-"],
    ["a new one came after a way back: the bad one is skipped", "abc<d", "d", "b"],
    ["a new one came after a way back and went back", "abc<d<", "b", "a"],
    ["a deploy came to nothing in between", "ab!", "b", "a"],
    ["deploys came to nothing after a way back", "abc<!!", "b", "a"],
    ["the same release was deployed once more", "abb", "b", "a"],
    ["an old release was deployed again", "abca", "a", "-"],
  ];
  for (const [title, story, now, then] of table) {
    it(`when ${title}: ${now} and ${then}`, () => {
      const state = told(story);
      expect([runs(state), former(state)]).to.deep.equal([now, then]);
    });
  }

  it("is not changed by a deploy that was on some hosts; the way back from that is to what the others run", () => {
    for (const outcome of ["deployed", "incomplete"] as const) {
      const state = partly(told("abc"), outcome);
      expect([outcome, runs(state), former(state)]).to.deep.equal([outcome, "c", "c"]);
      const back = foldTarget([ended(releaseBefore(state), state.release)], state);
      expect([runs(back), former(back)], "and then further").to.deep.equal(["c", "b"]);
    }
    expect(former(partly(told("abc"), "rolledBack")), "where it came to nothing").to.equal("b");
    expect(former(partly(told(""), "deployed")), "where nothing else was ever deployed").to.equal("-");
  });

  it("is known after many deploys that came to nothing, and is never the bad one", () => {
    const state = told(`abc<${"!".repeat(60)}`);
    expect([runs(state), former(state)]).to.deep.equal(["b", "a"]);
  });

  it("is what ran on the hosts before the first deploy of ours, where that is known", () => {
    const state = foldTarget([ended(aRelease("b"), aRelease("a"))]);
    expect(former(state)).to.equal("a");
  });

  it("is what really ran, when somebody had put something else there by hand", () => {
    const state = foldTarget([ended(aRelease("a"), null), ended(aRelease("c"), aRelease("h"))]);
    expect(former(state)).to.equal("h");
  });

  it("counts a release that is on most hosts as running", () => {
    const state = foldTarget([ended(aRelease("a"), null), ended(aRelease("b"), aRelease("a"), "incomplete")]);
    expect([runs(state), former(state)]).to.deep.equal(["b", "a"]);
  });

  it("is what the other hosts run, when a way back has not reached every host", () => {
    const state = foldTarget([
      ended(aRelease("a"), null),
      ended(aRelease("b"), aRelease("a")),
      ended(null, aRelease("b"), "incomplete"),
    ]);
    expect([runs(state), former(state)]).to.deep.equal(["b", "b"]);
  });

  it("is never what was taken back since, whatever was deployed", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("+", "+", "<", "!"), { maxLength: 80 }), (moves) => {
        // A model that could not be simpler: a pile.
        const pile: string[] = [];
        let story = "";
        for (const move of moves) {
          const letter = String.fromCharCode(97 + story.replace(/[<!]/g, "").length);
          if (move === "+") pile.push(letter);
          if (move === "<" && pile.length > 1) pile.pop();
          story += move === "+" ? letter : move;
        }
        const state = told(story);
        expect([runs(state), former(state)], story).to.deep.equal([pile.at(-1) ?? "-", pile.at(-2) ?? "-"]);
      }),
    );
  });
});
