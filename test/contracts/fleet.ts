// What every fleet promises, as a suite that runs against any of them. Knows the port and what lies on the host's disk, no adapter.
// Hosts must run the site's commands with a POSIX shell.

import { expect } from "chai";
import { describeCommands } from "./fleet-commands.ts";
import { describeSending } from "./fleet-sending.ts";
import { describeSetbacks } from "./fleet-setbacks.ts";
import { expectOk, expectTrouble, type FleetStages, Play } from "./fleet-stage.ts";
import { describeValues } from "./fleet-values.ts";

export * from "./fleet-stage.ts";

export function fleetContract(name: string, stages: FleetStages): void {
  describe(`${name}, as a fleet`, () => {
    const on = new Play();
    before(() => stages.start());
    after(() => stages.stop());
    beforeEach(() => on.begin(stages));
    afterEach(() => on.at.fleet.close());

    describePreparing(on);
    describeRollOut(on);
    describeSetbacks(on);
    describeSending(on);
    describeCommands(on);
    describeStopping(on);
    describeValues(on);
  });
}

function describePreparing(on: Play): void {
  describe("preparing", () => {
    it("puts the release beside what runs, and changes nothing that runs", async () => {
      await on.rollOut("r1");
      const lines = await on.trace();
      const prepared = await on.prepare("r2", { shared: ["log"] });
      expect(prepared).to.include({ ok: true });
      expect(await on.at.read(`${on.at.path}/releases/r2/version.txt`)).to.equal("from the archive");
      expect(await on.inspect()).to.deep.include({ current: "r1", healthy: "r1" });
      expect(await on.trace()).to.deep.equal(lines);
    });

    it("sends nothing when it is repeated, nor when it is switched to", async () => {
      await on.prepare("r1");
      expect(await on.prepare("r1")).to.deep.equal({ ok: true, sent: 0, output: "" });
      const { archive } = on;
      on.archive = { ...archive, sha256: "0".repeat(64) }; // would be refused
      expectOk(await on.rollOut("r1"));
      expect(await on.at.read(`${on.at.path}/current/version.txt`)).to.equal("from the archive");
    });
  });
}

function describeRollOut(on: Play): void {
  describe("rolling out", () => {
    it("unpacks, switches, restarts, waits for health, and says what ran before", async () => {
      const first = expectOk(await on.rollOut("r1"));
      expect(first).to.deep.equal({ ok: true, previous: null, output: "restarted r1\n" });
      expect(expectOk(await on.rollOut("r2")).previous).to.equal("r1");
      expect(await on.at.read(`${on.at.path}/current/version.txt`)).to.equal("from the archive");
      expect(await on.at.link(`${on.at.path}/current`)).to.equal("releases/r2");
      expect(await on.trace()).to.deep.equal(["restart r1", "health r1", "restart r2", "health r2"]);
      expect(await on.inspect()).to.deep.equal({ ok: true, current: "r2", healthy: "r2", releases: ["r1", "r2"] });
    });

    it("does nothing a second time when it is repeated, and answers the same", async () => {
      await on.rollOut("r1");
      const once = expectOk(await on.rollOut("r2"));
      const lines = await on.trace();
      expect(expectOk(await on.rollOut("r2")).previous).to.equal(once.previous);
      expect(expectOk(await on.rollOut("r2", {}, 7)).previous).to.equal("r1");
      expect(await on.trace()).to.deep.equal(lines);
    });

    it("runs the commands in the release, with the environment and with what it is", async () => {
      const restart =
        'printf "%s|" "$PWD" "$LOCKSTEP_RELEASE" "$LOCKSTEP_PATH" "$LOCKSTEP_HOST" "$MODE" >"$LOCKSTEP_PATH/seen"; cat version.txt';
      const outcome = expectOk(await on.rollOut("r1", { restart, environment: { MODE: "two words" } }));
      expect(outcome.output).to.equal("from the archive");
      const seen = [on.seen(`${on.at.path}/releases/r1`), "r1", on.seen(on.at.path), on.at.host.name, "two words"];
      expect(await on.at.read(`${on.at.path}/seen`)).to.equal(`${seen.join("|")}|`);
    });

    it("links shared paths, and keeps what lies in them from release to release", async () => {
      const shared = ["log", "tmp/pids"];
      const restart = 'echo "$LOCKSTEP_RELEASE" >>log/lines; echo 1 >tmp/pids/web';
      expectOk(await on.rollOut("r1", { shared, restart }));
      expectOk(await on.rollOut("r2", { shared, restart }));
      expect(await on.at.read(`${on.at.path}/shared/log/lines`)).to.equal("r1\nr2\n");
      expect(await on.at.read(`${on.at.path}/current/log/lines`)).to.equal("r1\nr2\n");
      expect(await on.at.read(`${on.at.path}/current/log/first`)).to.equal(null);
      expect(await on.at.read(`${on.at.path}/shared/tmp/pids/web`)).to.equal("1\n");
    });

    it("keeps so many releases, and always the one before", async () => {
      for (const release of ["r1", "r2", "r3", "r4"]) expectOk(await on.rollOut(release, { keep: 2 }));
      expect(await on.inspect()).to.deep.include({ current: "r4", releases: ["r3", "r4"] });
      expectOk(await on.rollOut("r5", { keep: 1 }));
      expect(await on.inspect()).to.deep.include({ current: "r5", releases: ["r4", "r5"] });
    });

    it("needs no health command", async () => {
      expectOk(await on.rollOut("r1", { health: null }));
      expect(await on.trace()).to.deep.equal(["restart r1"]);
      expect(await on.inspect()).to.deep.include({ healthy: "r1" });
    });

    it("says to a command what it is run for: version, host, path, and the address to ask", async () => {
      const health = { command: 'echo "$LOCKSTEP_VERSION $LOCKSTEP_HEALTH_URL"', timeoutMs: 10_000, intervalMs: 50 };
      const restart = 'echo "$LOCKSTEP_RELEASE $LOCKSTEP_VERSION"';
      const change = { restart, health: { ...health, url: "http://127.0.0.1:1/up?a='b'" } };
      const { output } = expectOk(await on.rollOut("20261120203312-1a2b3c4", change));
      expect(output).to.equal("20261120203312-1a2b3c4 1a2b3c4\n1a2b3c4 http://127.0.0.1:1/up?a='b'\n");
    });

    it("waits until the service is well so often on end", async () => {
      const command = 'echo try >>"$LOCKSTEP_PATH/tries"; [ "$(wc -l <"$LOCKSTEP_PATH/tries")" -ne 2 ]';
      expectOk(await on.rollOut("r1", { health: { command, timeoutMs: 10_000, intervalMs: 20, successes: 3 } }));
      expect(await on.at.read(`${on.at.path}/tries`)).to.equal("try\n".repeat(5));
    });

    it("waits for a service that takes its time", async () => {
      const command = 'echo try >>"$LOCKSTEP_PATH/tries"; [ "$(wc -l <"$LOCKSTEP_PATH/tries")" -ge 4 ]';
      expectOk(await on.rollOut("r1", { health: { command, timeoutMs: 10_000, intervalMs: 20 } }));
      expect(await on.at.read(`${on.at.path}/tries`)).to.equal("try\n".repeat(4));
    });
  });

  describe("inspecting", () => {
    it("finds nothing where nothing was ever deployed, and leaves it so", async () => {
      expect(await on.inspect()).to.deep.equal({ ok: true, current: null, healthy: null, releases: [] });
      expect(await on.inspect()).to.deep.equal({ ok: true, current: null, healthy: null, releases: [] });
    });
  });
}

function describeStopping(on: Play): void {
  describe("stopping", () => {
    it("is over soon, and ends what the restart command has started", async () => {
      const stop = new AbortController();
      const restart =
        'echo $$ >"$LOCKSTEP_PATH/pid"; while :; do echo "$LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/alive"; sleep 0.05; done';
      const work = on.at.fleet.rollOut(
        on.at.host,
        { site: { ...on.site, restart }, release: "r1", archive: on.archive, token: 1 },
        stop.signal,
      );
      while ((await on.at.read(`${on.at.path}/alive`)) === null)
        await new Promise((resolve) => setTimeout(resolve, 20));
      const stopped = Date.now();
      stop.abort();
      expect(expectTrouble(await work)).to.include({ trouble: "aborted", touched: "yes" });
      expect(Date.now() - stopped).to.be.lessThan(2_000);
      // The next one waits for the lock of the one that ends, so what it finds is final.
      expectOk(await on.rollOut("r2"));
      const lines = await on.at.read(`${on.at.path}/alive`);
      expectOk(await on.rollOut("r3"));
      expect(await on.at.read(`${on.at.path}/alive`)).to.equal(lines);
    });

    it("does not begin when it was stopped before", async () => {
      const outcome = await on.at.fleet.rollOut(
        on.at.host,
        { site: on.site, release: "r1", archive: on.archive, token: 1 },
        AbortSignal.abort(),
      );
      expect(expectTrouble(outcome)).to.include({ trouble: "aborted", touched: "no" });
      expect(await on.at.read(`${on.at.path}/trace`)).to.equal(null);
    });
  });
}
