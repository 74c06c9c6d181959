// What people type, in a hurry, and what the bot understands by it.

import { expect } from "chai";
import { typed } from "./recordingBot.ts";

const HALF_AN_HOUR = 1_800_000;
const target = (service: string, environment?: string) => ({ service, environment });

async function understands(table: [line: string, ...asked: unknown[]][]): Promise<void> {
  for (const [line, ...asked] of table) {
    const answer = await typed(line);
    expect(JSON.stringify(answer.asked[0] ?? answer.said), line).to.equal(JSON.stringify(asked));
  }
}

async function refuses(table: [line: string, said: string][]): Promise<void> {
  for (const [line, said] of table) expect(await typed(line), line).to.deep.equal({ asked: [], said });
}

describe("/deploy", () => {
  it("takes a service, a version behind @ and an environment, in any spacing", () =>
    understands([
      ["/deploy web", "deploy", target("web"), {}],
      ["/deploy   web  ", "deploy", target("web"), {}],
      ["/deploy web\n", "deploy", target("web"), {}],
      ["/deploy web@feature-x", "deploy", target("web"), { ref: "feature-x" }],
      ["/deploy web @feature-x", "deploy", target("web"), { ref: "feature-x" }],
      ["/deploy web@ feature-x to staging", "deploy", target("web", "staging"), { ref: "feature-x" }],
      ["/deploy web@1a2b3c4 to staging", "deploy", target("web", "staging"), { ref: "1a2b3c4" }],
      ["/deploy web  in   staging", "deploy", target("web", "staging"), {}],
      ["/deploy web on staging", "deploy", target("web", "staging"), {}],
      ["/deploy web TO staging", "deploy", target("web", "staging"), {}],
      ["/deploy web staging", "deploy", target("web", "staging"), {}],
      ["/DEPLOY web", "deploy", target("web"), {}],
      ["/lockstep deploy web@v1.2", "deploy", target("web"), { ref: "v1.2" }],
      ["/lockstep /deploy web", "deploy", target("web"), {}],
      ["/deploy web@feature/search@2", "deploy", target("web"), { ref: "feature/search@2" }],
    ]));

  it("hands on strange names as they are: the rules say that there is no such thing", () =>
    understands([
      ["/deploy WEB", "deploy", target("WEB"), {}],
      ["/deploy web!", "deploy", target("web!"), {}],
      ["/deploy --global", "deploy", target("--global"), {}],
      ['/deploy "web"', "deploy", target('"web"'), {}],
      ["/deploy <!channel>", "deploy", target("<!channel>"), {}],
      ["/deploy größe to 生产", "deploy", target("größe", "生产"), {}],
      ["/deploy web@--upload-pack=touch", "deploy", target("web"), { ref: "--upload-pack=touch" }],
      ["/deploy web@$(id)", "deploy", target("web"), { ref: "$(id)" }],
      [`/deploy ${"w".repeat(4_000)}`, "deploy", target("w".repeat(4_000)), {}],
    ]));

  const USAGE =
    "/deploy <service>[@<branch, tag or commit>] [to <environment>] [hosts <names>], for example /deploy web.";
  it("says how it is used when it cannot be understood", () =>
    refuses([
      ["/deploy", `It needs to know which service. ${USAGE}`],
      ["/deploy    ", `It needs to know which service. ${USAGE}`],
      ["/deploy web@", `It takes a service, a version behind @, and an environment. ${USAGE}`],
      ["/deploy @main", `It takes a service, a version behind @, and an environment. ${USAGE}`],
      ["/deploy web to staging right now!", `It takes a service, a version behind @, and an environment. ${USAGE}`],
      ["/deploy web@a b c", `It takes a service, a version behind @, and an environment. ${USAGE}`],
    ]));
});

describe("/lock", () => {
  const lock = (reason: string, forMs?: number, environment?: string) => [
    "lock",
    target("web", environment),
    { reason, ...(forMs === undefined ? {} : { lasting: { forMs } }) },
  ];
  const lockUntil = (reason: string, hour: number, minute = 0, tomorrow = false) => [
    "lock",
    target("web"),
    { reason, lasting: { until: { hour, minute, tomorrow } } },
  ];
  it("does not freeze everything when an environment is typed wrong", async () => {
    for (const words of ["stagng", "stagng broken", "in prodution checkout is down"]) {
      const { asked, said } = await typed(`/lock all ${words}`);
      expect(asked, words).to.deep.equal([]);
      expect(said, words).to.match(/There is no environment|has no environment/);
    }
  });

  it("takes a reason, and a time when it stands at the end", () =>
    understands([
      ["/lock web", ...lock("")],
      ["/lock web db migration for 30m", ...lock("db migration", HALF_AN_HOUR)],
      ["/lock web db migration FOR 30 Minutes", ...lock("db migration", HALF_AN_HOUR)],
      ["/lock web for 30m", ...lock("", HALF_AN_HOUR)],
      ["/lock web for 1h 30m", ...lock("", 3 * HALF_AN_HOUR)],
      ["/lock web for 0.5h", ...lock("", HALF_AN_HOUR)],
      ["/lock web wait for 5m for 30m", ...lock("wait for 5m", HALF_AN_HOUR)],
      ["/lock web until we are done for 30m", ...lock("until we are done", HALF_AN_HOUR)],
    ]));

  it("takes a time of day when it stands at the end", () =>
    understands([
      ["/lock web until 15:00", ...lockUntil("", 15)],
      ["/lock web db migration until 15:30", ...lockUntil("db migration", 15, 30)],
      ["/lock web load test UNTIL 3pm", ...lockUntil("load test", 15)],
      ["/lock web load test until 3:05 p.m.", ...lockUntil("load test", 15, 5)],
      ["/lock web load test until noon", ...lockUntil("load test", 12)],
      ["/lock web load test until tomorrow 9:00", ...lockUntil("load test", 9, 0, true)],
      ["/lock web load test until tomorrow at noon", ...lockUntil("load test", 12, 0, true)],
      ["/lock web not until 9:00 until 15:00", ...lockUntil("not until 9:00", 15)],
      ["/lock web for 30m until 15:00", ...lockUntil("for 30m", 15)],
    ]));

  it("leaves words alone that only look like a time", () =>
    understands([
      ["/lock web for 30m until the migration is done", ...lock("for 30m until the migration is done")],
      ["/lock web for 30m because of the audit", ...lock("for 30m because of the audit")],
      ["/lock web until 15:00 or so", ...lock("until 15:00 or so")],
      ["/lock web wait until monday", ...lock("wait until monday")],
      ["/lock web until 15", ...lock("until 15")],
      ["/lock web until 25:00", ...lock("until 25:00")],
      ["/lock web until constructor", ...lock("until constructor")],
      ["/lock web waiting for review", ...lock("waiting for review")],
      ["/lock web for 2 customers", ...lock("for 2 customers")],
      ["/lock web for 0m", ...lock("for 0m")],
      ["/lock web 30m", ...lock("30m")],
    ]));

  it("takes an environment of the service before the reason", () =>
    understands([
      ["/lock web staging load test", ...lock("load test", undefined, "staging")],
      ["/lock web in staging for 30m", ...lock("", HALF_AN_HOUR, "staging")],
      ["/lock web IN Staging", ...lock("", undefined, "staging")],
      ["/lock web to staging", ...lock("", undefined, "staging")],
      ["/lock web production is for the on-call", ...lock("is for the on-call", undefined, "production")],
      ["/lock web stagings are slow", ...lock("stagings are slow")],
      ["/lock web production: db migration", ...lock("production: db migration")],
      ["/lock web in a hurry", ...lock("in a hurry")],
    ]));

  it("takes anything at all as words, which lock nothing else and take nothing over", () =>
    understands([
      ["/lock web <!channel> @here `rm -rf` *bold* 🚀", ...lock("<!channel> @here `rm -rf` *bold* 🚀")],
      ["/lock web I'm testing!", ...lock("I'm testing!")],
      ["/lock web !", ...lock("!")],
      ["/lock web not a --global freeze", ...lock("not a --global freeze")],
      ["/lock web --force --for=2h all", ...lock("--force --for=2h all")],
      [
        "/lock web <https://example.com|web> \"quoted\" 'for 30m'",
        ...lock("<https://example.com|web> \"quoted\" 'for 30m'"),
      ],
      ["/lock web staging! is slow", ...lock("staging! is slow")],
      ["/lock web db\nmigration\tfor 30m", ...lock("db migration", HALF_AN_HOUR)],
      [`/lock web ${"for 1m ".repeat(500)}x`, ...lock(`${"for 1m ".repeat(500)}x`)],
      [`/lock web ${"until 1:00 ".repeat(500)}x`, ...lock(`${"until 1:00 ".repeat(500)}x`)],
    ]));

  it("of all freezes everything, or the environment that is named first", () =>
    understands([
      ["/lock all incident", "freeze", null, { reason: "incident" }],
      [
        "/lock ALL production incident for 2h",
        "freeze",
        "production",
        { reason: "incident", lasting: { forMs: 4 * HALF_AN_HOUR } },
      ],
      ["/LOCK all in Production incident", "freeze", "production", { reason: "incident" }],
      ["/lock all incident in production", "freeze", null, { reason: "incident in production" }],
      [
        "/lock all until noon",
        "freeze",
        null,
        { reason: "", lasting: { until: { hour: 12, minute: 0, tomorrow: false } } },
      ],
      ["/lock all", "freeze", null, { reason: "" }],
      ["/lock allthings", "lock", target("allthings"), { reason: "" }],
    ]));
});

describe("/unlock", () => {
  const unlock = (environment?: string, reason = "") => ["unlock", target("web", environment), { reason, seen: null }];
  it("takes an environment and a reason", () =>
    understands([
      ["/unlock web", ...unlock()],
      ["/unlock web staging", ...unlock("staging")],
      ["/unlock web in staging", ...unlock("staging")],
      ["/unlock web TO staging", ...unlock("staging")],
      ["/unlock web in staging they have gone home", ...unlock("staging", "they have gone home")],
      ["/unlock web they have gone home!", ...unlock(undefined, "they have gone home!")],
    ]));

  it("takes one strange word for an environment that is typed wrong, and unlocks no other one", () =>
    understands([
      ["/unlock web stagng", ...unlock("stagng")],
      ["/unlock web in stagng", ...unlock("stagng")],
      ["/unlock all stagng", "lift", "stagng"],
      ["/unlock nope stagng", "unlock", target("nope", "stagng"), { reason: "", seen: null }],
    ]));

  it("of all lifts the freeze of everything, or of the environment that is named, and no other", () =>
    understands([
      ["/unlock all", "lift", null],
      ["/unlock All production", "lift", "production"],
      ["/unlock all in staging it is over", "lift", "staging"],
      ["/unlock all it is over", "lift", null],
    ]));
});

describe("hosts behind /deploy and /rollback", () => {
  it("are names with commas or ranges, with or without dashes, at the end or before the environment", () =>
    understands([
      ["/deploy web hosts web-01,web-03", "deploy", target("web"), { hosts: ["web-01", "web-03"] }],
      ["/deploy web --hosts web-01,web-03", "deploy", target("web"), { hosts: ["web-01", "web-03"] }],
      ["/deploy web --hosts=web-01", "deploy", target("web"), { hosts: ["web-01"] }],
      [
        "/deploy web  HOSTS  web-01 , web-03 web-04",
        "deploy",
        target("web"),
        { hosts: ["web-01", "web-03", "web-04"] },
      ],
      [
        "/deploy web@v1.2 to staging hosts web-[01..03].example.com",
        "deploy",
        target("web", "staging"),
        { ref: "v1.2", hosts: ["web-[01..03].example.com"] },
      ],
      ["/deploy web hosts web-01 to staging", "deploy", target("web", "staging"), { hosts: ["web-01"] }],
      ["/rollback web hosts web-01", "rollBack", target("web"), { hosts: ["web-01"] }],
      ["/rollback web in staging --hosts web-01", "rollBack", target("web", "staging"), { hosts: ["web-01"] }],
      ["/lockstep deploy web hosts web-01", "deploy", target("web"), { hosts: ["web-01"] }],
    ]));

  it("are not meant by a service, a version or an environment of that name", () =>
    understands([
      ["/deploy hosts", "deploy", target("hosts"), {}],
      ["/deploy hosts hosts web-01", "deploy", target("hosts"), { hosts: ["web-01"] }],
      ["/deploy web@hosts", "deploy", target("web"), { ref: "hosts" }],
      ["/deploy web to hosts", "deploy", target("web", "hosts"), {}],
    ]));

  const USAGE =
    "/deploy <service>[@<branch, tag or commit>] [to <environment>] [hosts <names>], for example /deploy web.";
  it("are asked for again when they cannot be read", () =>
    refuses([
      [
        "/deploy web hosts",
        `It needs to know which hosts: their names with commas, or ranges such as web-[01..03]. ${USAGE}`,
      ],
      [
        "/deploy web --hosts",
        `It needs to know which hosts: their names with commas, or ranges such as web-[01..03]. ${USAGE}`,
      ],
      [
        "/deploy web hosts <!channel>",
        `Behind hosts there are names with commas, and ranges such as web-[01..03]: "<!channel>" is neither. ${USAGE}`,
      ],
      [
        `/deploy web hosts ${Array.from({ length: 101 }, (_, i) => `w${i}`).join()}`,
        `These are too many hosts to be named one by one: at most 100 names of 600 characters together. Write ranges such as web-[01..20]. ${USAGE}`,
      ],
    ]));
});

describe("the other commands", () => {
  it("take a service and an environment, or nothing", () =>
    understands([
      ["/locks", "overview"],
      ["/locks whatever", "overview"],
      ["/canary web", "status", target("web")],
      ["/canary stats web", "record", target("web")],
      ["/canary stats  web to staging", "record", target("web", "staging")],
      ["/canary STATS web staging", "record", target("web", "staging")],
      ["/canary web stats", "record", target("web")],
      ["/rollback web staging", "rollBack", target("web", "staging"), {}],
      ["/lockstep abort web", "order", "abort", target("web")],
      ["/lockstep promote web staging", "order", "promote", target("web", "staging")],
      ["/lockstep RETRY web", "order", "retry", target("web")],
    ]));

  const PROBLEM = "It takes a service and, where that is not the usual one, an environment.";
  it("say how they are used when they cannot be understood", () =>
    refuses([
      [
        "/rollback",
        "It needs to know which service. /rollback <service> [in <environment>] [hosts <names>], for example /rollback web.",
      ],
      ["/canary web a b c", `${PROBLEM} /canary [stats] <service> [<environment>], for example /canary web.`],
      [
        "/unlock web@main",
        "It takes a service and, if you like, a reason. /unlock <service|all> [<environment>] [reason], for example /unlock web.",
      ],
      [
        "/lockstep abort",
        "It needs to know which service. /lockstep abort <service> [<environment>], for example /lockstep abort web.",
      ],
    ]));

  it("that do not exist are answered with those that do", async () => {
    for (const line of ["/lockstep dpeloy web", "/lockstep <!channel>", "/lockstep constructor"]) {
      const { asked, said } = await typed(line);
      expect(asked).to.deep.equal([]);
      expect(said).to.match(/^There is no command \S+\. There are \/lockstep abort, .* and \/lockstep unlock\.$/);
    }
  });
});
