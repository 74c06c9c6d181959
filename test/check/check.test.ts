// `lockstep check` as people and pipelines use it: the real command as a process, its exit code and what it prints.

import { expect } from "chai";
import { aConfiguration, type Bench, fill, startBench } from "./bench.ts";

const hosts = ["web-1", "web-2"];
const wrappedAt96 = (text: string) => text.split("\n").filter((line) => line.length > 96 && !/[{<]/.test(line));

describe("lockstep check", function () {
  this.timeout(60_000);
  let bench: Bench;
  before(async () => {
    bench = await startBench();
    fill(bench, "web.up", { hosts, value: 1 });
    fill(bench, "web.jobs", { hosts, value: 3 });
    fill(bench, "web.errors", { hosts: ["web-2"], value: 1 });
  });
  after(() => bench.close());

  it("exits 0 when every check passed, and says what was measured on which hosts and when", async () => {
    const { code, out, err } = await bench.run(["check", "web", "--environment", "production", "--canary", "web-1"]);
    expect({ code, err }).to.deep.equal({ code: 0, err: "" });
    expect(out).to.match(/^web in production: The canary is well\. Every check passed on web-1\.\n/);
    expect(out.replace(/\s+/g, " ")).to.match(/Judged from [\d:]+ UTC, when it was warm, to [\d:]+ UTC/);
    expect(out).to.match(/jobs passed: \d+ jobs in total on web-1 \(\d+ points\)/);
    expect(wrappedAt96(out)).to.deep.equal([]);
  });

  it("exits 1 when one failed, with what it means, the query and the runbook, in the zone of the reader", async () => {
    const { code, out } = await bench.run(["check", "web", "--canary=web-1,web-2", "--since=6m"], {
      TZ: "Asia/Kolkata",
    });
    expect(code).to.equal(1);
    expect(out).to.match(/errors FAILED: \d+ errors in total on web-2/);
    expect(out).to.include("Requests that were not answered.");
    expect(out).to.include("sum:web.errors{service:web,host IN (web-1,web-2)} by {host}.as_count()");
    expect(out).to.include("https://deploys.example.com/runbooks/latency.md#failing-requests");
    expect(out.replace(/\s+/g, " ")).to.match(
      /went out at \d{4}-\d\d-\d\d \d\d:\d\d UTC\+5:30 \(\d{4}-\d\d-\d\d \d\d:\d\d UTC\)/,
    );
  });

  it("exits 2 when there is no data: silence is not health", async () => {
    const { code, out } = await bench.run(["check", "web", "--canary", "web-3"]);
    expect(code).to.equal(2);
    expect(out).to.include("The checks cannot tell whether the canary on web-3 is well. That is not a");
  });

  it("exits 2 when Datadog does not answer, whatever it does instead", async () => {
    bench.datadog.fault("timeseries", { kind: "html" });
    const { code, out } = await bench.run(["check", "web"]);
    bench.datadog.clearFaults();
    expect(code).to.equal(2);
    expect(out).to.include("jobs cannot tell: something other than Datadog's API answers");
  });

  it("prints one JSON object for programs, times in ISO 8601", async () => {
    const { code, out } = await bench.run(["check", "web", "--canary", "web-2", "--since", "6m", "--json"]);
    const { verdict, results, canary, since, window } = JSON.parse(out);
    expect({ code, verdict, canary }).to.deep.equal({ code: 1, verdict: "fail", canary: ["web-2"] });
    expect(Date.parse(window.from) - Date.parse(since)).to.equal(30_000);
    expect(Date.now() - Date.parse(window.to)).to.be.greaterThan(59_000);
    expect(results[1]).to.deep.include({ check: "errors", verdict: "fail", scope: "host:web-2" });
    expect(results[1].sentence).to.match(/^\d+ errors in total on web-2/);
  });

  it("is soft where that is asked for: exits 0 always, and says what it would have been", async () => {
    const failed = await bench.run(["check", "web", "--canary", "web-2", "--since", "6m", "--soft"]);
    expect(failed.code).to.equal(0);
    expect(failed.out).to.include("The canary failed on web-2.");
    expect(failed.err).to.include("Without --soft it would have been 1 (failed)");
    const wrong = await bench.run(["check", "web", "--canary", "web-9", "--soft"]);
    expect(wrong.code).to.equal(0);
    expect(wrong.err).to.include("web-9 is not among the hosts of web in production");
    expect(wrong.err).to.include("Without --soft it would have been 2 (cannot tell)");
  });

  it("exits 2 with every mistake of the configuration and the environment, and needs nothing of Slack", async () => {
    const { code, out, err } = await bench.run(["check", "web", "--json"], {
      DD_API_KEY: "",
      LOCKSTEP_CONFIG: "nix.yml",
    });
    expect(code).to.equal(2);
    expect(JSON.parse(out)).to.deep.include({ verdict: "inconclusive" });
    expect(err).to.match(/^DD_API_KEY is not set\.\nnix\.yml does not exist\. Copy/);
  });

  it("says how it is used", async () => {
    const [help, all] = await Promise.all([bench.run(["check", "--help"]), bench.run(["help"])]);
    expect(help.code).to.equal(0);
    expect(help.out).to.include("Exit code: 0 the canary is well · 1 it failed · 2 it cannot be told");
    expect(all.out).to.include("lockstep check ");
  });

  const MISTAKES: [args: string[], told: RegExp][] = [
    [[], /^Which service\? The configuration has web/],
    [["wbe"], /^There is no service wbe in the configuration: it has web\./],
    [["web", "--environment", "prod"], /^web has no environment prod: it has production and staging\./],
    [["web", "--environment", "staging"], /^web has no canary in staging: say which hosts have the new version/],
    [["web", "--since", "soon"], /^“soon” is not a time: --since takes/],
    [["web", "--since", "80s"], /^There is nothing to judge yet: .* Ask again in 4\d s, or say --wait\./s],
    [["web", "--nonsense"], /^There is no option --nonsense/],
  ];
  it("exits 2 for what was asked wrongly, with a sentence that says what to do", async () => {
    const ran: [unknown, unknown, unknown][] = [];
    for (const [args, told] of MISTAKES) {
      const { code, out, err } = await bench.run(["check", ...args]);
      ran.push([code, out, told.test(err) ? told : err]);
    }
    expect(ran).to.deep.equal(MISTAKES.map(([, told]) => [2, "", told]));
  });
});

describe("lockstep check --wait", function () {
  this.timeout(60_000);
  let bench: Bench;
  before(async () => {
    const configuration = aConfiguration();
    const { production } = configuration.services.web.environments;
    production.bake = { for: "30s", warmUp: "0s", settle: "1s", every: "1s", bucket: "1s" };
    bench = await startBench(configuration);
  });
  after(() => bench.close());

  it("bakes as the bot does, and ends as soon as a check has certainly failed", async () => {
    const running = bench.start(["check", "web", "--wait", "--since", "0s"]);
    await running.says("look 1: jobs open, errors open");
    const seen = Date.now();
    for (let at = seen - 2_000; at < seen + 1_000; at += 100) {
      for (const metric of ["web.up", "web.jobs", "web.errors"]) {
        bench.datadog.submit(metric, at, 1, ["service:web", "host:web-1"]);
      }
    }
    const { code, out, err } = await running.ended;
    expect(code).to.equal(1);
    expect(err).to.match(/^Baking until \d\d:\d\d:\d\d UTC, with a look each 1 s;/);
    expect(out).to.include("errors FAILED");
    expect(out, "nobody waited for the end").to.include("jobs was not decided yet");
  });

  it("ends at once and cleanly when it is interrupted, with nothing that looks like a pass", async () => {
    const running = bench.start(["check", "web", "--wait"]);
    await running.says("Baking until");
    running.signal("SIGINT");
    const { code, out, err } = await running.ended;
    expect({ code, out }).to.deep.equal({ code: 2, out: "" });
    expect(err).to.include("Stopped before it could be told: the canary has not passed.");
  });
});
