// What every fleet does for a site of commands: nothing is sent, and the host remembers what its commands were run for.

import { expect } from "chai";
import type { Site } from "../../src/deploy/order.ts";
import type { HostOutcome, Preparation } from "../../src/ports/fleet.ts";
import { expectOk, expectTrouble, never, type Play } from "./fleet-stage.ts";

const trace = (word: string) => `echo "${word} $LOCKSTEP_VERSION" >>"$LOCKSTEP_PATH/trace"`;

/** To be called inside the contract's `describe`. */
export function describeCommands(on: Play): void {
  describe("a site of commands", () => {
    const site = (change: Partial<Site> = {}): Site => ({
      ...on.site,
      kind: "commands",
      prepare: { command: trace("prepare"), timeoutMs: 10_000 },
      restart: trace("restart"),
      health: { command: trace("health"), timeoutMs: 10_000, intervalMs: 50 },
      ...change,
    });
    const prepare = (release: string, change: Partial<Site> = {}): Promise<Preparation> =>
      on.at.fleet.prepare(on.at.host, { site: site(change), release, archive: null }, never);
    const rollOut = (release: string, change: Partial<Site> = {}, token = 1): Promise<HostOutcome> =>
      on.at.fleet.rollOut(on.at.host, { site: site(change), release, archive: null, token }, never);
    const rollBack = (to: string | null, token = 1): Promise<HostOutcome> =>
      on.at.fleet.rollBack(on.at.host, { site: site(), to, token }, never);
    const inspect = () => on.at.fleet.inspect(on.at.host, site(), never);

    it("prepares without touching what runs, and only once", async () => {
      expect(await prepare("a-1")).to.deep.equal({ ok: true, sent: 0, output: "" });
      expect(await prepare("a-1")).to.include({ ok: true });
      expect(await on.trace()).to.deep.equal(["prepare 1"]);
      expect(await inspect()).to.deep.equal({ ok: true, current: null, healthy: null, releases: [] });
    });

    it("prepares what is not prepared, restarts, waits for health, and says what ran before", async () => {
      await prepare("a-1");
      expect(expectOk(await rollOut("a-1")).previous).to.equal(null);
      expect(expectOk(await rollOut("b-2")).previous).to.equal("a-1");
      const first = ["prepare 1", "restart 1", "health 1"];
      expect(await on.trace()).to.deep.equal([...first, "prepare 2", "restart 2", "health 2"]);
      expect(await inspect()).to.deep.equal({ ok: true, current: "b-2", healthy: "b-2", releases: ["a-1", "b-2"] });
    });

    it("does nothing a second time when it is repeated, and answers the same", async () => {
      await rollOut("a-1");
      const once = expectOk(await rollOut("b-2"));
      const lines = await on.trace();
      expect(expectOk(await rollOut("b-2")).previous).to.equal(once.previous);
      expect(await on.trace()).to.deep.equal(lines);
    });

    it("treats every value as a value, whatever it holds, also where commands are given it", async () => {
      const nasty = `it's "q" $(touch pwned) \`touch pwned\` ; touch pwned & | > pwned \\ \n* -rf --x=1 \u001b[2J é`;
      const keep = (word: string) =>
        `cd "$LOCKSTEP_PATH" && printf %s "$NASTY" >${word} && printf %s "$LOCKSTEP_HOST" >${word}-host && test "$DASHES" = -n`;
      const path = `${on.at.path} $(touch pwned) 'x'`;
      const strange = site({
        path,
        prepare: { command: keep("prepare"), timeoutMs: 10_000 },
        restart: keep("restart"),
        health: { command: keep("health"), timeoutMs: 10_000, intervalMs: 50 },
        environment: { NASTY: nasty, DASHES: "-n", IFS: "a", ENV: "$(touch pwned)", BASH_ENV: "$(touch pwned)" },
      });
      const host = { ...on.at.host, name: nasty };
      for (const release of ["-rf", "r $(touch pwned) 'x' \"y\" ; & * \\ é"]) {
        const order = { site: strange, release, archive: null, token: 1 };
        expectOk(await on.at.fleet.rollOut(host, order, never));
        for (const word of ["prepare", "restart", "health"]) {
          expect(await on.at.read(`${path}/${word}`)).to.equal(nasty);
          expect(await on.at.read(`${path}/${word}-host`)).to.equal(nasty);
        }
        expect(await on.at.fleet.inspect(host, strange, never)).to.deep.include({ current: release });
      }
      for (const folder of [path, on.at.path]) expect(await on.at.read(`${folder}/pwned`)).to.equal(null);
    });

    it("goes back by the same commands with the release before", async () => {
      await rollOut("a-1");
      await rollOut("b-2");
      expect(expectOk(await rollBack("a-1")).previous).to.equal("b-2");
      expect((await on.trace()).slice(-2)).to.deep.equal(["restart 1", "health 1"]);
      expect(await inspect()).to.deep.include({ current: "a-1", healthy: "a-1", releases: ["a-1", "b-2"] });
      expectOk(await rollBack(null));
      expect(await inspect()).to.deep.include({ current: null });
    });

    it("remembers as many releases as may stay, and always the one before", async () => {
      for (const release of ["a-1", "b-2", "c-3", "d-4"]) expectOk(await rollOut(release, { keep: 3 }));
      expect(await inspect()).to.deep.include({ current: "d-4", releases: ["b-2", "c-3", "d-4"] });
      expectOk(await rollOut("e-5", { keep: 1 }));
      expect(await inspect()).to.deep.include({ current: "e-5", releases: ["d-4", "e-5"] });
    });

    it("changes nothing when the prepare command fails, and prepares again the next time", async () => {
      await rollOut("a-1");
      const bad = { prepare: { command: "echo no such image; exit 7", timeoutMs: 10_000 } };
      const outcome = expectTrouble(await rollOut("b-2", bad));
      expect(outcome).to.include({
        trouble: "prepareFailed",
        touched: "no",
        previous: "a-1",
        output: "no such image\n",
      });
      expect(await prepare("b-2", bad)).to.include({ ok: false, trouble: "prepareFailed", output: "no such image\n" });
      expect(await inspect()).to.deep.include({ current: "a-1", healthy: "a-1" });
      expectOk(await rollOut("b-2"));
      expect((await on.trace()).slice(-3)).to.deep.equal(["prepare 2", "restart 2", "health 2"]);
    });

    it("says that it runs the new release when the restart has failed, and does not trust it", async () => {
      await rollOut("a-1");
      const outcome = expectTrouble(await rollOut("b-2", { restart: "exit 3" }));
      expect(outcome).to.include({ trouble: "restartFailed", touched: "yes", previous: "a-1" });
      expect(await inspect()).to.deep.include({ current: "b-2", healthy: "a-1" });
    });

    it("gives a prepare command so much time and no more", async () => {
      const outcome = await prepare("a-1", { prepare: { command: "echo begun; sleep 60", timeoutMs: 300 } });
      expect(outcome).to.include({ ok: false, trouble: "timedOut", output: "begun\n" });
    });

    it("refuses a driver that was replaced, and one that is believed lost", async () => {
      await rollOut("a-1", {}, 5);
      expect(await on.at.fleet.fence(on.at.host, { site: site(), token: 9 }, never)).to.deep.equal(await inspect());
      expect(expectTrouble(await rollOut("b-2", {}, 8))).to.include({ trouble: "fenced", touched: "no" });
    });

    it("runs its commands in the deploy path, which holds nothing but what the host remembers", async () => {
      expectOk(await rollOut("a-1", { restart: 'printf %s "$PWD" >where', health: null, prepare: null }));
      expect(await on.at.read(`${on.at.path}/where`)).to.equal(on.seen(on.at.path));
      expect(await on.at.link(`${on.at.path}/current`)).to.equal(null);
    });
  });
}
