// What every fleet does when a release fails, and on the way back from it.

import { expect } from "chai";
import { expectOk, expectTrouble, type Play } from "./fleet-stage.ts";

/** To be called inside the contract's `describe`. */
export function describeSetbacks(on: Play): void {
  describe("a release that fails", () => {
    it("names the restart command's exit code and shows its output", async () => {
      await on.rollOut("r1");
      const outcome = expectTrouble(await on.rollOut("r2", { restart: "echo out; echo err >&2; exit 3" }));
      expect(outcome).to.include({ trouble: "restartFailed", touched: "yes", previous: "r1" });
      expect(outcome.detail).to.contain("exited with 3");
      expect(outcome.output.split("\n").sort()).to.deep.equal(["", "err", "out"]);
      expect(await on.inspect()).to.deep.include({ current: "r2", healthy: "r1" });
    });

    it("is unhealthy when the health command never succeeds in its time", async () => {
      await on.rollOut("r1");
      const health = { command: "echo not yet; exit 1", timeoutMs: 400, intervalMs: 50 };
      const outcome = expectTrouble(await on.rollOut("r2", { health }));
      expect(outcome).to.include({ trouble: "unhealthy", touched: "yes", previous: "r1" });
      expect(outcome.output).to.contain("not yet");
      expect(await on.inspect()).to.deep.include({ current: "r2", healthy: "r1" });
    });

    it("is unhealthy when the health command hangs", async () => {
      const health = { command: "sleep 60", timeoutMs: 300, intervalMs: 50 };
      expect(expectTrouble(await on.rollOut("r1", { health }))).to.include({ trouble: "unhealthy" });
    });

    it("goes on where it stopped when it is repeated", async () => {
      const health = { command: "exit 1", timeoutMs: 200, intervalMs: 50 };
      expectTrouble(await on.rollOut("r1", { restart: 'echo bad >>"$LOCKSTEP_PATH/trace"; exit 1' }));
      expectTrouble(await on.rollOut("r1", { health }));
      expectOk(await on.rollOut("r1"));
      expect(await on.trace()).to.deep.equal(["bad", "restart r1", "health r1"]);
    });

    it("times out when the restart command takes too long", async () => {
      const outcome = expectTrouble(await on.rollOut("r1", { restart: "echo begun; sleep 60", restartTimeoutMs: 300 }));
      expect(outcome).to.include({ trouble: "timedOut", touched: "yes" });
      expect(outcome.output).to.contain("begun");
    });
  });

  describe("rolling back", () => {
    it("switches, restarts and waits, and says what ran before", async () => {
      await on.rollOut("r1");
      await on.rollOut("r2");
      expect(expectOk(await on.rollBack("r1")).previous).to.equal("r2");
      expect(await on.at.link(`${on.at.path}/current`)).to.equal("releases/r1");
      expect((await on.trace()).slice(-2)).to.deep.equal(["restart r1", "health r1"]);
      expect(await on.inspect()).to.deep.equal({ ok: true, current: "r1", healthy: "r1", releases: ["r1", "r2"] });
    });

    it("does nothing a second time when it is repeated, and answers the same", async () => {
      await on.rollOut("r1");
      await on.rollOut("r2");
      await on.rollBack("r1");
      const lines = await on.trace();
      expect(expectOk(await on.rollBack("r1")).previous).to.equal("r2");
      expect(await on.trace()).to.deep.equal(lines);
    });

    it("restarts the release that is current when its restart is not known to be complete", async () => {
      await on.rollOut("r1");
      expectTrouble(await on.rollOut("r2", { restart: "exit 1" }));
      expectTrouble(await on.rollBack("r1", { restart: "exit 1" }));
      expectOk(await on.rollBack("r1"));
      expect((await on.trace()).slice(-2)).to.deep.equal(["restart r1", "health r1"]);
    });

    it("trusts no earlier health of a release that is rolled out again", async () => {
      await on.rollOut("r1");
      await on.rollOut("r2");
      expectTrouble(await on.rollBack("r1", { restart: "exit 1" }));
      expectOk(await on.rollOut("r2"));
      expect((await on.trace()).slice(-2)).to.deep.equal(["restart r2", "health r2"]);
    });

    it("removes current when there was no release before, and restarts nothing", async () => {
      await on.rollOut("r1");
      const lines = await on.trace();
      expect(expectOk(await on.rollBack(null)).previous).to.equal("r1");
      expect(expectOk(await on.rollBack(null)).previous).to.equal("r1");
      expect(await on.at.link(`${on.at.path}/current`)).to.equal(null);
      expect(await on.trace()).to.deep.equal(lines);
      expect(await on.inspect()).to.deep.include({ current: null, releases: ["r1"] });
    });

    it("says when the release is no longer there, and changes nothing", async () => {
      await on.rollOut("r1");
      const outcome = expectTrouble(await on.rollBack("r0"));
      expect(outcome).to.include({ trouble: "noSuchRelease", touched: "no", previous: "r1" });
      expect(await on.at.link(`${on.at.path}/current`)).to.equal("releases/r1");
    });
  });

  describe("a host whose last order is believed lost", () => {
    it("says what it runs, and refuses that order from then on", async () => {
      await on.rollOut("r1", {}, 5);
      expect(await on.fence(9)).to.deep.equal(await on.inspect());
      expect(expectTrouble(await on.rollOut("r2", {}, 8))).to.include({ trouble: "fenced", touched: "no" });
      expect(await on.inspect()).to.deep.include({ current: "r1" });
      expectOk(await on.rollOut("r2", {}, 9));
    });

    it("finishes what it is at first", async () => {
      const outcome = on.rollOut("r1", { restart: 'touch "$LOCKSTEP_PATH/begun"; sleep 0.5' }, 5);
      while ((await on.at.read(`${on.at.path}/begun`)) === null) await on.inspect();
      expect(await on.fence(9)).to.deep.include({ current: "r1", healthy: "r1" });
      expectOk(await outcome);
    });

    it("does not fence with a token that is too old itself", async () => {
      await on.rollOut("r1", {}, 5);
      expect(await on.fence(4)).to.deep.include({ ok: false, trouble: "fenced" });
    });
  });

  describe("a driver that was replaced", () => {
    it("is refused once the host has seen a newer token, and changes nothing", async () => {
      expectOk(await on.rollOut("r1", {}, 5));
      const lines = await on.trace();
      expect(expectTrouble(await on.rollOut("r2", {}, 4))).to.include({ trouble: "fenced", touched: "no" });
      expect(expectTrouble(await on.rollBack(null, {}, 4))).to.include({ trouble: "fenced", touched: "no" });
      expect(await on.trace()).to.deep.equal(lines);
      expect(await on.inspect()).to.deep.include({ current: "r1", releases: ["r1"] });
    });

    it("is refused also when the newer one has only failed", async () => {
      expectTrouble(await on.rollBack("r9", {}, 6));
      expect(expectTrouble(await on.rollOut("r1", {}, 5))).to.include({ trouble: "fenced" });
    });
  });
}
