import { mkdtemp, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type InstalledRelease, installFirstRelease, installRelease } from "../../../playground/demo/first-release.ts";
import { mainCommits } from "../../../playground/demo/history.ts";
import { type DemoRepository, makeDemoRepository } from "../../../playground/demo/repository.ts";
import { type DemoFleet, type DemoHost, startFleet } from "../../../playground/fleet/hosts.ts";
import type { Ran } from "../../../playground/fleet/run.ts";
import { isAlive, until } from "../fleet/until.ts";
import { type Listener, startListener } from "./listener.ts";

describe("the demo service", () => {
  let directory: string;
  let fleet: DemoFleet;
  let metrics: Listener;
  let repository: DemoRepository;
  let first: InstalledRelease;
  let host: DemoHost;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "demo-"));
    metrics = await startListener();
    const hosts = join(directory, "hosts");
    fleet = await startFleet({ directory: hosts, count: 3, environment: "production", metrics });
    repository = await makeDemoRepository(join(directory, "web"));
    first = await installFirstRelease(fleet, repository);
    host = fleet.hosts[0] as DemoHost;
  });

  after(async () => {
    await fleet.close();
    await metrics.close();
    await rm(directory, { recursive: true });
  });

  function install(ref: string, hosts = [host]): Promise<InstalledRelease> {
    return installRelease(fleet, repository, { ref, hosts });
  }

  function ask(path: string, one = host): Promise<Response> {
    return fetch(`http://${one.address}:${one.servicePort}${path}`);
  }

  function inRelease(release: string, command: string): Promise<Ran> {
    return fleet.run(host, `cd /srv/web/current/ && LOCKSTEP_RELEASE=${release} LOCKSTEP_PATH=/srv/web ${command}`);
  }

  function tagsOf(release: InstalledRelease, one = host): Record<string, string> {
    return { service: "web", env: "production", host: one.name, version: release.sha.slice(0, 7) };
  }

  async function pid(): Promise<number> {
    return Number(await readFile(join(host.realPath, "shared", "web.pid"), "utf8"));
  }

  describe("as first installed", () => {
    it("is the commit before the newest of main, on every host", async () => {
      expect(first).to.include({ subject: "Show prices with two decimals", author: "teammate" });
      expect(first.name).to.match(new RegExp(`^\\d{14}-${first.sha.slice(0, 7)}$`));
      for (const one of fleet.hosts) {
        expect(await readlink(join(one.realPath, "current"))).to.equal(`releases/${first.name}`);
        expect(await (await ask("/health", one)).json()).to.include({ release: first.name });
      }
    });

    it("sends its metrics with service, environment, host and version", async () => {
      await ask("/search?q=tea");
      for (const name of ["web.up", "web.jobs.processed", "web.jobs.waiting", "web.requests", "web.request.duration"])
        await until(`${name} is heard`, () => metrics.values(name, tagsOf(first)).length > 0);
      const types = new Map(metrics.heard.map((one) => [one.name, one.type]));
      expect(types.get("web.up")).to.equal("g");
      expect(types.get("web.jobs.waiting")).to.equal("g");
      expect(types.get("web.jobs.processed")).to.equal("c");
      expect(types.get("web.requests")).to.equal("c");
      expect(types.get("web.request.duration")).to.equal("h");
    });

    it("counts requests by status class, and sends zeros when there are none", async () => {
      const seen = (statusClass: string) =>
        metrics.values("web.requests", { ...tagsOf(first), status_class: statusClass });
      await ask("/nothing-here");
      await until("the 404 is counted", () => seen("4xx").includes(1));
      await until("there is a zero of 5xx", () => seen("5xx").includes(0));
    });

    it("works without requests too: jobs come with time and are processed", async () => {
      const other = fleet.hosts[2] as DemoHost;
      await until("jobs are processed", () => sum(metrics.values("web.jobs.processed", tagsOf(first, other))) > 0);
    });
  });

  describe("being restarted", () => {
    it("replaces its old process", async () => {
      const old = await pid();
      expect(await inRelease(first.name, "bin/restart")).to.deep.equal({
        code: 0,
        output: `web is restarted with ${first.name}\n`,
      });
      expect(await isAlive(old)).to.equal(false);
      expect(await pid()).to.not.equal(old);
    });

    it("is healthy as the release that should run, and as no other", async () => {
      expect((await inRelease(first.name, "bin/health")).code).to.equal(0);
      const { code, output } = await inRelease("another", "bin/health");
      expect({ code, output }).to.deep.equal({ code: 1, output: `web runs ${first.name}, not another\n` });
    });

    it("starts from every commit of main", async () => {
      const count = mainCommits.length;
      for (let back = count - 1; back >= 0; back -= 3) {
        const three = fleet.hosts.filter((_, i) => back - i >= 0);
        await Promise.all(three.map((one, i) => install(`main~${back - i}`, [one])));
        for (const one of three) expect((await ask("/search?q=Kyoto", one)).status).to.equal(200);
      }
    });
  });

  describe("on the branch breaks-jobs", () => {
    it("answers well and stays up while no job is processed any more", async () => {
      const main = fleet.hosts[1] as DemoHost;
      const good = await install("main", [main]);
      const bad = await install("breaks-jobs");
      for (let i = 0; i < 30; i += 1) {
        expect((await ask("/search?q=tea")).status).to.equal(200);
        expect((await ask("/search?q=tea", main)).status).to.equal(200);
      }
      await until(
        "main has processed its jobs",
        () => sum(metrics.values("web.jobs.processed", tagsOf(good, main))) >= 30,
      );
      await until("jobs are waiting", () => (metrics.values("web.jobs.waiting", tagsOf(bad)).at(-1) ?? 0) >= 20);
      expect(sum(metrics.values("web.jobs.processed", tagsOf(bad)))).to.equal(0);
      expect(metrics.values("web.jobs.processed", tagsOf(bad))).to.not.have.length(0);
      expect((await inRelease(bad.name, "bin/health")).code).to.equal(0);
    });
  });

  describe("on the branch slow-search", () => {
    it("takes many times as long for a search", async () => {
      const main = fleet.hosts[1] as DemoHost;
      const good = await install("main", [main]);
      const slow = await install("slow-search");
      for (let i = 0; i < 8; i += 1) await Promise.all([ask("/search?q=tea"), ask("/search?q=tea", main)]);
      const durations = (release: InstalledRelease, one: DemoHost) =>
        until("eight durations are heard", () => {
          const values = metrics.values("web.request.duration", tagsOf(release, one));
          return values.length >= 8 && values.slice(-8);
        });
      expect(median(await durations(slow, host)) / median(await durations(good, main))).to.be.greaterThan(5);
    });
  });

  describe("on the branch failing-search", () => {
    it("answers most searches, and fails those that find nothing that it can ship", async () => {
      const release = await install("failing-search");
      expect((await ask("/search?q=tea")).status).to.equal(200);
      expect((await ask("/search?q=kyoto")).status).to.equal(500);
      const failures = () => metrics.values("web.requests", { ...tagsOf(release), status_class: "5xx" });
      await until("the failure is counted", () => failures().includes(1));
      expect((await inRelease(release.name, "bin/health")).code).to.equal(0);
    });
  });

  describe("on the branch does-not-start", () => {
    it("ends at once, and bin/restart says why", async () => {
      const error = await install("does-not-start").then(
        () => new Error("it started"),
        (failure: Error) => failure,
      );
      expect(error.message).to.match(/ended right after its start \(1\):/);
      expect(error.message).to.match(/no such file or directory, open 'config\/production.json'/);
    });

    it("leaves nothing that answers", async () => {
      const { code, output } = await inRelease("any", "bin/health");
      expect(code).to.equal(1);
      expect(output).to.match(/^web is not there on port \d+: connect ECONNREFUSED .*\n$/);
    });
  });

  describe("on the branch good-change", () => {
    it("goes on as before and can do a little more", async () => {
      const better = await install("good-change");
      expect(await (await ask("/search?q=small+pot")).json()).to.include({ found: 2 });
      await until("jobs are processed", () => sum(metrics.values("web.jobs.processed", tagsOf(better))) > 0);
    });
  });
});

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
