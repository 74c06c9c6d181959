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
      ["/deploy web", "deploy", target("web"), undefined],
      ["/deploy   web  ", "deploy", target("web"), undefined],
      ["/deploy web\n", "deploy", target("web"), undefined],
      ["/deploy web@feature-x", "deploy", target("web"), "feature-x"],
      ["/deploy web @feature-x", "deploy", target("web"), "feature-x"],
      ["/deploy web@ feature-x to staging", "deploy", target("web", "staging"), "feature-x"],
      ["/deploy web@1a2b3c4 to staging", "deploy", target("web", "staging"), "1a2b3c4"],
      ["/deploy web  in   staging", "deploy", target("web", "staging"), undefined],
      ["/deploy web on staging", "deploy", target("web", "staging"), undefined],
      ["/deploy web TO staging", "deploy", target("web", "staging"), undefined],
      ["/deploy web staging", "deploy", target("web", "staging"), undefined],
      ["/DEPLOY web", "deploy", target("web"), undefined],
      ["/lockstep deploy web@v1.2", "deploy", target("web"), "v1.2"],
      ["/lockstep /deploy web", "deploy", target("web"), undefined],
      ["/deploy web@feature/search@2", "deploy", target("web"), "feature/search@2"],
    ]));

  it("hands on strange names as they are: the rules say that there is no such thing", () =>
    understands([
      ["/deploy WEB", "deploy", target("WEB"), undefined],
      ["/deploy web!", "deploy", target("web!"), undefined],
      ["/deploy --global", "deploy", target("--global"), undefined],
      ['/deploy "web"', "deploy", target('"web"'), undefined],
      ["/deploy <!channel>", "deploy", target("<!channel>"), undefined],
      ["/deploy größe to 生产", "deploy", target("größe", "生产"), undefined],
      ["/deploy web@--upload-pack=touch", "deploy", target("web"), "--upload-pack=touch"],
      ["/deploy web@$(id)", "deploy", target("web"), "$(id)"],
      [`/deploy ${"w".repeat(4_000)}`, "deploy", target("w".repeat(4_000)), undefined],
    ]));

  const USAGE = "/deploy <service>[@<branch, tag or commit>] [to <environment>], for example /deploy web.";
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
    { reason, forMs },
  ];
  it("takes a reason, and a time when it stands at the end", () =>
    understands([
      ["/lock web", ...lock("")],
      ["/lock web db migration for 30m", ...lock("db migration", HALF_AN_HOUR)],
      ["/lock web db migration FOR 30 Minutes", ...lock("db migration", HALF_AN_HOUR)],
      ["/lock web for 30m", ...lock("", HALF_AN_HOUR)],
      ["/lock web for 1h 30m", ...lock("", 3 * HALF_AN_HOUR)],
      ["/lock web for 0.5h", ...lock("", HALF_AN_HOUR)],
      ["/lock web wait for 5m for 30m", ...lock("wait for 5m", HALF_AN_HOUR)],
    ]));

  it("leaves words alone that only look like a time", () =>
    understands([
      ["/lock web for 30m until the migration is done", ...lock("for 30m until the migration is done")],
      ["/lock web waiting for review", ...lock("waiting for review")],
      ["/lock web for 2 customers", ...lock("for 2 customers")],
      ["/lock web for 0m", ...lock("for 0m")],
      ["/lock web 30m", ...lock("30m")],
    ]));

  it("takes an environment of the service before the reason", () =>
    understands([
      ["/lock web staging load test", ...lock("load test", undefined, "staging")],
      ["/lock web in staging for 30m", ...lock("", HALF_AN_HOUR, "staging")],
      ["/lock web stagings are slow", ...lock("stagings are slow")],
      ["/lock web in a hurry", ...lock("in a hurry")],
    ]));

  it("takes anything at all as words", () =>
    understands([
      ["/lock web <!channel> @here `rm -rf` *bold* 🚀", ...lock("<!channel> @here `rm -rf` *bold* 🚀")],
      [`/lock web ${"for 1m ".repeat(500)}x`, ...lock(`${"for 1m ".repeat(500)}x`)],
    ]));
});

describe("the other commands", () => {
  it("take a service and an environment", () =>
    understands([
      ["/unlock web", "unlock", target("web")],
      ["/unlock web in staging", "unlock", target("web", "staging")],
      ["/canary web", "status", target("web")],
      ["/rollback web staging", "rollBack", target("web", "staging")],
      ["/lockstep abort web", "order", "abort", target("web")],
      ["/lockstep promote web staging", "order", "promote", target("web", "staging")],
      ["/lockstep RETRY web", "order", "retry", target("web")],
    ]));

  const PROBLEM = "It takes a service and, where that is not the usual one, an environment.";
  it("say how they are used when they cannot be understood", () =>
    refuses([
      [
        "/rollback",
        "It needs to know which service. /rollback <service> [in <environment>], for example /rollback web.",
      ],
      ["/canary web a b c", `${PROBLEM} /canary <service> [<environment>], for example /canary web.`],
      ["/unlock web@main", `${PROBLEM} /unlock <service> [<environment>], for example /unlock web.`],
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
