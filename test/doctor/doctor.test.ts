// `lockstep doctor` as people use it: the real command as a process, what it prints, its exit code, and how long it takes.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { freePort } from "../../playground/ports.ts";
import { startRedis } from "../support/redis.ts";
import { until } from "../support/until.ts";
import { type Bench, startBench, startBlackHoles, submit } from "./bench.ts";

const HOLDER = join(import.meta.dirname, "../adapters/embedded/holder.ts");

describe("lockstep doctor", function () {
  this.timeout(180_000);
  let bench: Bench;
  before(async () => {
    bench = await startBench(40);
    submit(bench, [1, 2]);
  });
  after(() => bench.close());

  it("exits 0 when all is well, says what it looked at, and has changed nothing", async () => {
    const { code, out, flat, err } = await bench.run([]);
    expect(err).to.equal("");
    expect(out.replace(/ \d[\d.]* (?:GB|TB|MB) free/, " 9 GB free").replaceAll(bench.folder, "/here")).to.match(
      /^Configuration\n {2}ok {5}lockstep-\w+\.yml +1 service, 1 target, 1 runbook link, no mistake\n/,
    );
    expect(flat).to.match(/folder \S+\/data is made at the first start, [\d.]+ [GTM]B free/);
    expect(flat).to.include("web main can be fetched");
    expect(flat).to.include("bot token the token is valid: lockstep in Playground; all scopes are there");
    expect(flat).to.include("#deploys the bot is in it");
    expect(flat).to.include("S0SRE 1 member");
    expect(flat).to.include("application key may read metrics, monitors and events");
    expect(flat).to.match(/web-01 and web-02 login as \w+, \S+\/web can be written, /);
    expect(flat).to.include("hits points of all 2 hosts in the last 30 min");
    expect(flat).to.match(/\n\nAll is well: \d+ ok\. It took \d+ s\.\n$/);
    expect(code).to.equal(0);
    expect(existsSync(join(bench.folder, "data"))).to.equal(false);
    expect(existsSync(join(bench.sshd.directory, "web"))).to.equal(false);
  });

  it("exits 1 when something is wrong, and says how to mend each", async () => {
    const configuration = bench.configuration();
    const { web } = configuration.services;
    web.branch = "develop";
    web.environments.production.channel = "#nowhere";
    configuration.environments.production.who.lock = ["S0NONE"];
    const hosts = [
      bench.host(3),
      { ...bench.host(4), port: await freePort() },
      { ...bench.host(5), user: "nobody-here" },
    ];
    web.environments.production.hosts.push(...hosts);
    const { code, flat } = await bench.run(["web"], configuration, { DD_APP_KEY: "another" });
    expect(flat).to.match(
      /WRONG web the repository has no branch develop\n → Correct `branch` in the configuration: there is main\./,
    );
    expect(flat).to.match(/WRONG #nowhere There is no channel #nowhere that the bot can see\n → Check the name/);
    expect(flat).to.match(/WRONG S0NONE cannot be read \(no_such_subteam\), so it allows and calls nobody\n →/);
    expect(flat).to.match(
      /WRONG application key Datadog refuses our keys \(HTTP 403: Forbidden\)\n → Check DD_APP_KEY/,
    );
    expect(flat).to.include("ok API key is valid");
    expect(flat).to.match(/WRONG web-04 refuses SSH connections \(connect ECONNREFUSED.*\)\n → Is sshd running there/);
    expect(flat).to.match(/WRONG web-05 does not accept our SSH key .*\n → Add the bot's public key/);
    expect(flat).to.match(/ok web-01 … web-03 \(3 hosts\) login as/);
    expect(flat).to.match(/\? hits not looked at: it needs an answer of Datadog/);
    expect(flat).to.match(/Something is wrong: \d+ wrong, 1 not looked at, \d+ ok\./);
    expect(code).to.equal(1);
  });

  it("looks at the rest when half of the environment is missing, and says what it could not look at", async () => {
    const { code, flat } = await bench.run([], undefined, { SLACK_BOT_TOKEN: "", SLACK_APP_TOKEN: "", DD_APP_KEY: "" });
    expect(flat).to.match(/WRONG SLACK_BOT_TOKEN(?: and DD_APP_KEY)? .*is not set/);
    expect(flat).to.match(/\? Slack not looked at: it needs SLACK_BOT_TOKEN/);
    expect(flat).to.match(/\? Datadog not looked at: it needs DD_APP_KEY/);
    expect(flat).to.match(/ok web-01 and web-02 login as/);
    expect(flat).to.include("web main can be fetched");
    expect(code).to.equal(1);
  });

  it("says every mistake of the configuration, and looks at what is sound of it", async () => {
    const configuration = bench.configuration();
    configuration.services.broken = { repository: "nothing" };
    configuration.services.web.checks.hits.runbook = "background-jobs.md#nowhere";
    const { code, flat } = await bench.run([], configuration);
    expect(flat).to.match(/WRONG services\.broken\.repository found "nothing", expected an address/);
    expect(flat).to.match(/WRONG services\.web\.checks\.hits\.runbook found "background-jobs\.md#nowhere", but/);
    expect(flat).to.match(/\? broken not looked at: it needs a configuration without mistakes/);
    expect(flat).to.match(/ok web-01 and web-02 login as/);
    expect(code).to.equal(1);
    const unreadable = await bench.run([], "services: [");
    expect(unreadable.flat).to.match(/WRONG line 1, column \d+ is not readable as YAML/);
    expect(unreadable.flat).to.match(/\? hosts, checks, git not looked at/);
    expect(unreadable.flat).to.include("the token is valid");
    expect(unreadable.code).to.equal(1);
  });

  it("prints one object with --json: each finding by itself, and no secret anywhere", async () => {
    const configuration = bench.configuration();
    configuration.services.web.repository = `https://user:hunter22@127.0.0.1:${await freePort()}/web.git`;
    const secrets = { SSH_KEY_PASSPHRASE: "correct-horse", REDIS_URL: "redis://:battery-staple@127.0.0.1:1" };
    const { code, out, err } = await bench.run(["--json"], configuration, secrets);
    const { ok, counts, findings } = JSON.parse(out);
    expect({ code, ok, err }).to.deep.equal({ code: 1, ok: false, err: "" });
    expect(counts.wrong).to.equal(3);
    const hosts = findings.filter(({ area }: { area: string }) => area === "hosts");
    expect(hosts.map(({ subject, mark, kind }: Record<string, string>) => [subject, mark, kind])).to.deep.equal([
      ["web-01", "ok", "hostWell"],
      ["web-02", "ok", "hostWell"],
    ]);
    expect(hosts[0].target).to.deep.equal({ service: "web", environment: "production" });
    const wrong = findings.filter(({ mark }: { mark: string }) => mark === "wrong");
    expect(wrong.map(({ subject, is }: Record<string, string>) => [subject, is?.slice(0, 24)])).to.have.deep.members([
      ["services.web.repository", "has a user or a password"],
      ["Redis", "Redis cannot be reached "],
      ["web", "cannot be fetched (fatal"],
    ]);
    const { botToken, appToken } = bench.slack;
    const { apiKey, appKey } = bench.datadog;
    for (const secret of [botToken, appToken, apiKey, appKey, "hunter22", "correct-horse", "battery-staple"])
      expect(out.includes(secret), secret).to.equal(false);
  });

  it("looks at one environment of one service where that is asked for", async () => {
    const configuration = bench.configuration();
    configuration.environments.staging = configuration.environments.production;
    const { web } = configuration.services;
    web.environments.staging = { hosts: [{ ...bench.host(6), port: await freePort() }], canary: "none" };
    configuration.services.api = {
      ...web,
      environments: { staging: web.environments.staging },
      defaultEnvironment: "staging",
    };
    const { code, out } = await bench.run(["web", "--environment", "production"], configuration);
    expect(out).to.include("Hosts of web in production").and.not.include("staging");
    expect(code).to.equal(0);
    const everywhere = await bench.run(["--environment", "staging"], configuration);
    expect(everywhere.out).to.include("Hosts of web in staging").and.include("Hosts of api in staging");
    expect(everywhere.out).not.to.include("in production");
    expect(everywhere.code).to.equal(1);
  });

  it("looks at the hosts of an inventory, and says when there is none", async () => {
    const configuration = bench.configuration();
    const place = configuration.services.web.environments.production;
    const list = join(bench.folder, "hosts.json");
    await writeFile(list, JSON.stringify(place.hosts));
    place.hosts = { command: `cat ${list}` };
    const well = await bench.run([], configuration);
    expect(well.flat).to.match(/ok web-01 and web-02 login as/);
    expect(well.code).to.equal(0);
    place.hosts = { command: "echo no cloud today >&2; exit 3" };
    const { code, flat } = await bench.run([], configuration);
    expect(flat).to.match(/WRONG list it is not known which hosts there are: .*no cloud today.*\n → Mend it/);
    expect(flat).to.include("web main can be fetched");
    expect(code).to.equal(1);
  });

  it("exits 2 when it cannot be done, with a sentence that says what to do", async () => {
    const wrong: [string[], RegExp][] = [
      [["wbe"], /^There is no service wbe in the configuration: it has web\./],
      [["web", "--environment", "prod"], /^web has no environment prod: it has production\./],
      [["--environment", "prod"], /^No service has an environment prod: there are production\./],
      [["web", "api"], /^One service at a time/],
      [["--fast"], /^There is no option --fast: there are --environment, --json and --help\./],
    ];
    for (const [args, told] of wrong) {
      const { code, out, err } = await bench.run(args);
      expect([code, out, told.test(err) ? "" : err], args.join(" ")).to.deep.equal([2, "", ""]);
    }
    const nowhere = await bench.run([], undefined, { LOCKSTEP_CONFIG: "nowhere.yml" });
    expect([nowhere.code, nowhere.out]).to.deep.equal([2, ""]);
    expect(nowhere.err).to.include("nowhere.yml does not exist. Copy");
  });

  it("says how it is used", async () => {
    const { code, out } = await bench.run(["--help"]);
    expect(code).to.equal(0);
    expect(out).to.include("Exit code: 0 all is well");
  });

  it("ends in time with 60 hosts of which 20 say nothing, as one row with what to do", async () => {
    const holes = await startBlackHoles(41, 20);
    const configuration = bench.configuration();
    configuration.ssh.connectTimeout = "10s";
    const hosts = Array.from({ length: 40 }, (_, i) => bench.host(i + 1));
    configuration.services.web.environments.production.hosts = [...hosts, ...holes.hosts];
    const { code, flat, err } = await bench.run([], configuration);
    holes.close();
    expect(flat).to.match(
      /WRONG web-41 … web-60 \(20 hosts\) does not answer \(no answer within 10 s\)\n → Is the host up/,
    );
    expect(flat).to.match(/ok web-01 … web-40 \(40 hosts\) login as/);
    expect(flat).to.match(/look hits no points of web-03 … web-60 \(58 hosts\) in the last 30 min/);
    expect({ code, err }).to.deep.equal({ code: 1, err: "" });
    // 10 s for those that say nothing, 3 s in which they hold up the line, and the rest of it on a busy machine; one after the other it would be 200 s.
    expect(Number(/It took (?:(\d+) min )?(\d+) s/.exec(flat)?.[2])).to.be.lessThan(60);
    expect(flat).not.to.match(/It took \d+ min/);
  });

  it("works beside the bot that has the store open, which keeps it", async () => {
    const data = join(bench.folder, "held");
    await mkdir(data);
    const holder: ChildProcess = spawn(process.execPath, ["--import", "tsx", HOLDER, data], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: holder.stdout as NodeJS.ReadableStream });
    await once(lines, "line");
    try {
      const { code, flat } = await bench.run([], undefined, { DATA_DIR: data });
      expect(flat).to.include(`journal 1 stream; the bot has it open (process ${holder.pid})`);
      expect({ code, alive: holder.exitCode }).to.deep.equal({ code: 0, alive: null });
    } finally {
      holder.kill("SIGKILL");
      await once(holder, "exit");
    }
  });

  it("looks at Redis where the store is there", async () => {
    const server = await startRedis();
    const well = await bench.run([], undefined, { REDIS_URL: server.url });
    await server.stop();
    expect(well.flat).to.match(/ok Redis version [\d.]+, appendfsync everysec/);
    expect(well.flat).not.to.include("journal");
    expect(well.code).to.equal(0);
  });

  it("ends at Ctrl-C with what it knows by then, and exit code 2", async () => {
    const holes = await startBlackHoles(3, 1);
    const configuration = bench.configuration();
    configuration.ssh.connectTimeout = "10m";
    configuration.services.web.environments.production.hosts.push(...holes.hosts);
    const asked = () => bench.datadog.requests.filter(({ endpoint }) => endpoint === "timeseries").length;
    const before = asked();
    const running = await bench.start([], configuration);
    await until("the checks are asked about", () => asked() - before >= 2, 90_000);
    running.signal("SIGINT");
    const { code, flat, err } = await running.ended;
    holes.close();
    expect({ code, err }).to.deep.equal({ code: 2, err: "Stopped: what is marked with ? was not looked at.\n" });
    expect(flat).to.match(/\? (?:web-01 … )?web-03/);
    expect(flat).to.match(/ok \S+\.yml 1 service/);
  });
});
