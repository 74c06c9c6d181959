// A whole run, well and ill, with secrets that can be found again: nothing that the bot has written, said, sent or started holds one of them, in whatever form.

import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { createClient } from "redis";
import { startBotProcess } from "../../playground/botProcess.ts";
import { changed, mistakes } from "../config/example.ts";
import { startLockstep } from "../support/lockstep.ts";
import { bundledProgram } from "../support/program.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { quickPlayground, type Story } from "../support/story.ts";

const run = promisify(execFile);
/** With what an address has to write in another way. */
const REDIS_PASSWORD = "canary-redis/pass word+1";
const PASSPHRASE = "canary-passphrase of the key";
const SIGNING_SECRET = "canary0signing0secret0canary0sig";

describe("the secrets of a bot", () => {
  let redis: RedisServer;
  let story: Story;
  let secrets: Record<string, string> = {};
  /** Every command line that was seen on this machine. */
  const commandLines = new Set<string>();
  let watching: NodeJS.Timeout;

  before(async function () {
    this.timeout(90_000);
    redis = await startRedis();
    const client = createClient({ url: redis.url });
    await client.connect();
    await client.configSet("requirepass", REDIS_PASSWORD);
    await client.close();
    const REDIS_URL = redis.url.replace("redis://", `redis://:${encodeURIComponent(REDIS_PASSWORD)}@`);
    const environment = {
      ...{ REDIS_URL, SSH_KEY_PASSPHRASE: PASSPHRASE, SLACK_SIGNING_SECRET: SIGNING_SECRET, LOG_LEVEL: "trace" },
    };
    story = await quickPlayground({ hosts: 2, environment });
    const { fleet, bot, restartBot, datadog, slack } = story.playground;
    const key = await readFile(fleet.privateKeyPath, "utf8");
    await run("ssh-keygen", ["-q", "-p", "-f", fleet.privateKeyPath, "-P", "", "-N", PASSPHRASE]);
    await bot.stop();
    secrets = {
      ...{ REDIS_PASSWORD, PASSPHRASE, SIGNING_SECRET, botToken: slack.botToken, appToken: slack.appToken },
      ...{ apiKey: datadog.apiKey, appKey: datadog.appKey, key: key.split("\n")[2] ?? "" },
    };
    watching = setInterval(look, 100);
    await restartBot();
  });
  after(async () => {
    clearInterval(watching);
    await story.close();
    await redis.stop();
  });

  /** Ten times a second through all processes of a machine: in one go, which costs a tenth. */
  function look(): void {
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        commandLines.add(readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " "));
      } catch {
        // it has ended meanwhile
      }
    }
  }

  /** Where in this text one of them is, by name. */
  function found(where: string, text: string): string[] {
    const forms = (secret: string) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    ];
    return Object.entries(secrets).flatMap(([name, secret]) =>
      secret !== "" && forms(secret).some((form) => text.includes(form)) ? [`${name} in ${where}`] : [],
    );
  }

  async function inFiles(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).to.be.greaterThan(20);
    const texts = await Promise.all(
      files.map(async (file) => found(file, await readFile(file, "latin1").catch(() => ""))),
    );
    return texts.flat();
  }

  it("are looked for in a way that finds them", () => {
    expect(found("x", `${JSON.stringify({ text: `the key ${secrets.apiKey}` })}`)).to.deep.equal(["apiKey in x"]);
    expect(found("x", `redis://:${encodeURIComponent(REDIS_PASSWORD)}@127.0.0.1`)).to.deep.equal([
      "REDIS_PASSWORD in x",
    ]);
    expect(Object.values(secrets).filter((secret) => secret.length > 8)).to.have.length(8);
  });

  it("are nowhere after a deploy that failed, and after what was asked for without git, Datadog, Slack, hosts and Redis", async function () {
    this.timeout(150_000);
    const { playground, slack } = story;
    const { environment, fleet, datadog, repository } = playground;
    datadog.fault("any", { kind: "forbidden" });
    slack.faults.onCall("chat.update", { kind: "error", error: "invalid_auth", times: 2 });
    await story.deploy("web");
    const asked = () => JSON.stringify(story.root()?.blocks).includes("wish:rollBack");
    await story.slack.waitFor(asked, { timeoutMs: 40_000 });
    await story.press("rollBack");
    await story.until("rolled back.");
    await run("mv", [repository.directory, `${repository.directory}-away`]);
    expect(await story.type("/deploy web")).to.match(/repository/);

    // The store refuses, while it runs and when it starts; so do the key's passphrase and the token.
    const wrong = { ...environment, REDIS_URL: environment.REDIS_URL ?? "", PORT: "0" };
    const starts = [
      { ...wrong, REDIS_URL: wrong.REDIS_URL.replace("canary", "canary-wrong") },
      { ...wrong, SLACK_BOT_TOKEN: `${secrets.botToken}-wrong`, SLACK_API_URL: "http://127.0.0.1:1/api/" },
      { ...wrong, REDIS_URL: `${wrong.REDIS_URL}:no-address` },
    ];
    const ends = starts.map((one) =>
      startBotProcess(one, playground.logFile, bundledProgram()).ready.catch(() => "refused"),
    );
    expect(new Set(await Promise.all(ends))).to.deep.equal(new Set(["refused"]));
    await fleet.down("web-01");
    const { PATH = "" } = process.env;
    const lockstep = async (args: string[], more: Record<string, string> = {}) => {
      const ran = await startLockstep(args, {
        cwd: dirname(playground.logFile),
        env: { PATH, ...environment, ...more },
      }).ended;
      return ran.out + ran.err;
    };
    const doctor = await lockstep(["doctor"], { SSH_KEY_PASSPHRASE: `${PASSPHRASE} wrong` });
    expect(doctor).to.match(/WRONG/);
    const exported = await lockstep(["export"]);
    expect(exported).to.include('"kind":"requested"');
    await redis.crash();
    expect(await story.type("/locks")).to.match(/cannot reach its store|lost its store/);

    clearInterval(watching);
    look();
    const places = {
      "the export": exported,
      doctor,
      "requests to Slack": JSON.stringify(slack.calls.map(({ answer: _, ...call }) => call)),
      "what Slack shows": slack.dump(),
      "answers to Slack": JSON.stringify(slack.payloads),
      "a command line": [...commandLines].join("\n"),
    };
    const all = Object.entries(places).flatMap(([where, text]) => found(where, text));
    expect([
      ...all,
      ...(await inFiles(dirname(playground.logFile))),
      ...(await inFiles(redis.directory).catch(() => [])),
    ]).to.deep.equal([]);
    expect((await readFile(playground.logFile, "utf8")).length).to.be.greaterThan(2_000);
    expect([...commandLines].some((line) => line.includes("git "))).to.equal(true);
  });

  it("are refused in the address of a repository, and not repeated", () => {
    for (const repository of [
      "https://canary:secret@example.com/web.git",
      "https://canarysecret@example.com/web.git",
      "ssh://git:canarysecret@example.com/web.git",
      " https://canary:secret@example.com/web.git",
    ]) {
      const told = mistakes(changed(({ web }) => (web.repository = repository))).join("\n");
      expect(told).to.match(/services\.web\.repository: (?:has a user or a password in it|found)/);
      expect(told).to.not.match(/canary|secret@/);
    }
    for (const repository of [
      "git@github.com:example/web.git",
      "ssh://git@example.com/web.git",
      "https://example.com/@x/web.git",
    ])
      expect(mistakes(changed(({ web }) => (web.repository = repository)))).to.deep.equal([]);
  });
});
