// Stories of a bot that cannot start: one clear sentence each, and exit code 1.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import manifest from "../../manifest.json" with { type: "json" };
import { type SlackOptions, type SlackStandIn, startSlack } from "../../playground/slack/server.ts";
import { bundledProgram, PROGRAM } from "../support/program.ts";

const CONFIGURATION = `
channel: "#deploys"
environments: { production: { who: { deploy: everyone, lock: everyone, rollBack: everyone } } }
services: {}
`;

describe("starting the bot", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-start-"));
    await writeFile(join(directory, "lockstep.yml"), CONFIGURATION);
  });
  after(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

  /** Runs `lockstep …` and gives what it printed for people. */
  async function lockstep(
    args: string[],
    environment: Record<string, string>,
    program = PROGRAM,
  ): Promise<{ code: number | null; said: string }> {
    const { PATH = "" } = process.env;
    const child = spawn(process.execPath, [program, ...args], {
      env: { PATH, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (chunk) => (said += chunk));
    child.stderr.on("data", (chunk) => (said += chunk));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, said };
  }

  function environmentFor(slack: SlackStandIn, changes: Record<string, string> = {}): Record<string, string> {
    return {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      DD_API_KEY: "an-api-key",
      DD_APP_KEY: "an-application-key",
      DATA_DIR: join(directory, "data"),
      LOCKSTEP_CONFIG: join(directory, "lockstep.yml"),
      PORT: "0",
      ...changes,
    };
  }

  const table: [string, Partial<SlackOptions>, (slack: SlackStandIn) => Record<string, string>, RegExp][] = [
    [
      "a wrong bot token",
      {},
      () => ({ SLACK_BOT_TOKEN: "xoxb-wrong" }),
      /^Slack does not accept SLACK_BOT_TOKEN \(invalid_auth\): copy the Bot User OAuth Token/,
    ],
    ["a token of another kind", {}, () => ({ SLACK_BOT_TOKEN: "xoxp-123" }), /^SLACK_BOT_TOKEN is not a bot token/],
    ["a wrong app token", {}, () => ({ SLACK_APP_TOKEN: "xapp-wrong" }), /^Slack does not accept SLACK_APP_TOKEN/],
    [
      "an app token without its scope",
      { tokens: { appScopes: [] } },
      () => ({}),
      /^SLACK_APP_TOKEN lacks the scope connections:write/,
    ],
    [
      "a missing scope",
      { manifest: withoutScope("channels:history") },
      () => ({}),
      /^The Slack app lacks the scope channels:history: update the app from manifest\.json/,
    ],
    [
      "a channel that the bot is not in",
      { channels: [{ id: "C0DEPLOYS", name: "deploys", isMember: false }] },
      () => ({}),
      /^The bot is not in #deploys: type “\/invite”/,
    ],
    [
      "a channel that does not exist",
      { channels: [{ id: "C0GENERAL", name: "general" }] },
      () => ({}),
      /^There is no channel #deploys that the bot can see/,
    ],
    [
      "nothing to sign in with",
      {},
      () => ({ SLACK_APP_TOKEN: "" }),
      /^Neither SLACK_APP_TOKEN \(Socket Mode\) nor SLACK_SIGNING_SECRET \(HTTP mode\) is set/,
    ],
    [
      "a port that is taken",
      {},
      (slack) => ({ PORT: new URL(slack.url).port }),
      /^Port \d+ cannot be used: something else listens there\. Set PORT/,
    ],
  ];
  for (const [situation, options, changes, words] of table) {
    it(`with ${situation} says so and exits with 1`, async () => {
      const slack = await startSlack({ manifest, ...options });
      try {
        const { code, said } = await lockstep(["start"], environmentFor(slack, changes(slack)), bundledProgram());
        expect(said.replace(/^\{.*\n/gm, "")).to.match(words); // lines of the log aside
        expect(said)
          .to.not.match(/\n\s+at /, "no stack trace")
          .and.not.include(slack.botToken);
        expect(code).to.equal(1);
      } finally {
        await slack.close();
      }
    });
  }

  it("without any setting names each one that is missing", async () => {
    const { code, said } = await lockstep(["start"], { LOCKSTEP_CONFIG: join(directory, "nowhere.yml") });
    expect(said)
      .to.include("SLACK_BOT_TOKEN is not set.")
      .and.include("DD_API_KEY is not set.")
      .and.include("Copy lockstep.example.yml there");
    expect(code).to.equal(1);
  });

  it("is refused while another one uses the same data, and goes on doing so", async function () {
    this.timeout(60_000);
    const slack = await startSlack({ manifest });
    const first = spawn(process.execPath, [PROGRAM, "start"], {
      env: { PATH: process.env.PATH ?? "", ...environmentFor(slack) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      for await (const chunk of first.stdout) if (String(chunk).includes('"msg":"ready"')) break;
      const { code, said } = await lockstep(["start"], environmentFor(slack));
      // Which one is said by it, unless it is too busy.
      expect(said).to.match(/is in use by another Lockstep(?: \(process \d+\))?: stop it first/);
      expect(code).to.equal(1);
    } finally {
      first.kill("SIGTERM");
      const [code] = (await once(first, "exit")) as [number | null];
      expect(code, "SIGTERM ends it well").to.equal(0);
      await slack.close();
    }
  });

  it("says with check-config that the example is valid, and what is wrong with a broken file", async () => {
    const example = fileURLToPath(new URL("../../lockstep.example.yml", import.meta.url));
    const good = await lockstep(["check-config"], { LOCKSTEP_CONFIG: example });
    expect(good).to.deep.equal({
      code: 0,
      said: `${example} is valid: web in production (4 hosts), staging (1 host); mail in production (2 hosts).\n`,
    });
    const broken = join(directory, "broken.yml");
    await writeFile(broken, `${CONFIGURATION}\nchanel: "#x"\n`);
    const bad = await lockstep(["check-config"], { LOCKSTEP_CONFIG: broken });
    expect(bad).to.deep.equal({
      code: 1,
      said: `${broken} has a mistake:\n  chanel: is not a key that is known here\n`,
    });
  });
});

function withoutScope(scope: string): object {
  const copy = structuredClone(manifest);
  copy.oauth_config.scopes.bot = copy.oauth_config.scopes.bot.filter((one) => one !== scope);
  return copy;
}
