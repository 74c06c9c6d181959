// The process environment: what is missing, empty or wrong is named; no value of it is ever said.

import { expect } from "chai";
import { withDefaults } from "../../src/config/defaults.ts";
import {
  configPath,
  readAskingEnvironment,
  readEnvironment,
  readReplayingEnvironment,
} from "../../src/config/environment.ts";
import { configured } from "./example.ts";

const SECRET = "xoxb-secret-value";
const whole = { SLACK_BOT_TOKEN: SECRET, SLACK_APP_TOKEN: SECRET, DD_API_KEY: SECRET, DD_APP_KEY: SECRET };
const mistakes = (variables: NodeJS.ProcessEnv) => {
  const read = readEnvironment(variables);
  return read.ok ? [] : read.mistakes;
};
const NEITHER = "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP mode) is set: set one of them.";

describe("the environment", () => {
  it("that has the tokens and keys is enough: everything else has a default", () => {
    const read = readEnvironment(whole);
    expect(read.ok && read.environment).to.include({
      SLACK_API_URL: "https://slack.com/api/",
      DD_SITE: "datadoghq.com",
      DATA_DIR: "./data",
      LOCKSTEP_CONFIG: "./lockstep.yml",
      PORT: 3000,
      LOG_LEVEL: "info",
    });
  });

  it("that has nothing is told everything at once", () => {
    expect(mistakes({})).to.deep.equal([
      "SLACK_BOT_TOKEN is not set.",
      "DD_API_KEY is not set.",
      "DD_APP_KEY is not set.",
      NEITHER,
    ]);
  });

  const table: [NodeJS.ProcessEnv, string][] = [
    [{ DD_API_KEY: "" }, "DD_API_KEY is not set."],
    [{ DD_API_KEY: "  " }, "DD_API_KEY is empty."],
    [{ SLACK_APP_TOKEN: "" }, NEITHER],
    [{ PORT: "http" }, "PORT must be a number from 0 to 65535."],
    [{ PORT: "70000" }, "PORT must be a number from 0 to 65535."],
    [{ PORT: "3.5" }, "PORT must be a number from 0 to 65535."],
    [{ PORT: " " }, "PORT must be a number from 0 to 65535."],
    [{ LOG_LEVEL: "loud" }, "LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent."],
    [{ DD_API_URL: "localhost" }, "DD_API_URL must be a whole address, such as https://example.com/."],
    [{ SLACK_API_URL: SECRET }, "SLACK_API_URL must be a whole address, such as https://example.com/."],
  ];
  for (const [variables, told] of table) {
    it(`with ${JSON.stringify(variables).replace(SECRET, "…")}: ${told}`, () => {
      expect(mistakes({ ...whole, ...variables })).to.deep.equal([told]);
    });
  }

  it("takes an empty variable for one that is not set, and HTTP mode for Socket Mode", () => {
    expect(
      mistakes({ ...whole, PORT: "", DD_API_URL: "", SLACK_APP_TOKEN: "", SLACK_SIGNING_SECRET: "s" }),
    ).to.deep.equal([]);
  });

  it("never has a value of it in a mistake", () => {
    const all = Object.keys(readEnvironment(whole).ok ? whole : {});
    const wrong = Object.fromEntries(
      ["PORT", "LOG_LEVEL", "DD_API_URL", "SLACK_API_URL"].map((name) => [name, SECRET]),
    );
    expect(all).to.have.length(4);
    expect(mistakes({ ...whole, ...wrong })).to.have.length(4);
    expect(mistakes({ ...whole, ...wrong }).join()).not.to.contain(SECRET);
  });

  it("says where the configuration is, also when nothing else is set up", () => {
    expect([
      configPath({}),
      configPath({ LOCKSTEP_CONFIG: "" }),
      configPath({ LOCKSTEP_CONFIG: "a.yml" }),
    ]).to.deep.equal(["./lockstep.yml", "./lockstep.yml", "a.yml"]);
  });
});

describe("the environment of the commands that need no bot", () => {
  const keys = { DD_API_KEY: SECRET, DD_APP_KEY: SECRET };

  it("needs Datadog's two keys and nothing of Slack, and takes no notice of what is wrong elsewhere", () => {
    const others = { SLACK_API_URL: "nowhere", LOG_LEVEL: "loud", REDIS_URL: "nowhere" };
    const asking = readAskingEnvironment({ ...keys, ...others });
    expect(asking.ok && asking.environment).to.deep.equal({ ...keys, DD_SITE: "datadoghq.com", PORT: 3000 });
    expect(readAskingEnvironment({ DD_APP_KEY: " ", DD_API_URL: "x" })).to.deep.equal({
      ok: false,
      mistakes: [
        "DD_API_KEY is not set.",
        "DD_APP_KEY is empty.",
        "DD_API_URL must be a whole address, such as https://example.com/.",
      ],
    });
  });

  it("of replay also says where the journal is", () => {
    const read = readReplayingEnvironment({ ...keys, REDIS_URL: "redis://localhost:6379" });
    expect(read.ok && read.environment).to.include({ REDIS_URL: "redis://localhost:6379", DATA_DIR: "./data" });
    expect(readReplayingEnvironment({ ...keys, REDIS_URL: "here" })).to.deep.equal({
      ok: false,
      mistakes: ["REDIS_URL must be a whole address, such as redis://redis.example.com:6379."],
    });
  });
});

describe("addresses that nobody has configured", () => {
  const settings = (DD_SITE: string) => {
    const configuration = configured(({ all }) => {
      delete all.publicUrl;
      delete all.datadog;
    });
    return withDefaults({ configuration, runbooks: new Map() }, { DD_SITE, PORT: 4000 }).configuration;
  };

  it("follow from the site and the port", () => {
    expect(settings("datadoghq.com").publicUrl).to.equal("http://localhost:4000");
    expect(settings("datadoghq.com").datadog.app).to.equal("https://app.datadoghq.com");
    expect(settings("datadoghq.eu").datadog.app).to.equal("https://app.datadoghq.eu");
    expect(settings("us3.datadoghq.com").datadog.app).to.equal("https://us3.datadoghq.com");
  });
});
