// `/canary stats`: the record of a target's checks, next to targets that are called stats themselves; and the button for a false alarm.

import { expect } from "chai";
import { pressed } from "../../src/chat/presses/all.ts";
import { run } from "../../src/chat/registry.ts";
import { plain } from "../../src/chat/text.ts";
import { falseAlarmParts } from "../../src/views/falseAlarm.ts";
import { anOrder, you } from "../support/build.ts";
import { WEB } from "../support/targets.ts";
import { buttonsOf, press } from "./pressing.ts";
import { commands, recordingBot } from "./recordingBot.ts";

async function asked(text: string, environments: Record<string, string[]>) {
  const { bot, asked } = recordingBot();
  const environmentsOf = (service: string) => environments[service.toLowerCase()] ?? [];
  const reply = await run(commands, { command: "canary", text, by: you }, { ...bot, environmentsOf });
  return asked.length > 0 ? asked.map(([what, target]) => [what, target]) : plain(reply.text);
}
const target = (service: string, environment?: string) => ({ service, environment });
const USUAL = { web: ["production", "staging"] };

describe("/canary stats", () => {
  it("shows the record of the target behind it", async () => {
    expect(await asked("stats web", USUAL)).to.deep.equal([["record", target("web")]]);
    expect(await asked("stats web staging", USUAL)).to.deep.equal([["record", target("web", "staging")]]);
    expect(await asked("stats nope", USUAL), "the bot says that there is no such service").to.deep.equal([
      ["record", target("nope")],
    ]);
  });

  it("asks whose record when nothing is behind it", async () => {
    for (const text of ["stats", " Stats  "])
      expect(await asked(text, USUAL)).to.equal(
        "It needs to know whose record to show. /canary [stats] <service> [<environment>], for example /canary stats web.",
      );
  });

  it("leaves a service that is called stats its own canary", async () => {
    const too = { ...USUAL, stats: ["production"] };
    expect(await asked("stats", too)).to.deep.equal([["status", target("stats")]]);
    expect(await asked("stats production", too)).to.deep.equal([["status", target("stats", "production")]]);
    expect(await asked("stats Production", too)).to.deep.equal([["status", target("stats", "Production")]]);
    expect(await asked("stats in production", too)).to.deep.equal([["status", target("stats", "production")]]);
    expect(await asked("stats stats", too), "its record").to.deep.equal([["record", { service: "stats" }]]);
    expect(await asked("stats web", too)).to.deep.equal([["record", target("web")]]);
  });

  it("leaves an environment that is called stats its own canary", async () => {
    expect(await asked("web stats", USUAL)).to.deep.equal([["record", { service: "web" }]]);
    expect(await asked("web stats", { web: ["stats"] })).to.deep.equal([["status", target("web", "stats")]]);
  });
});

describe("the button for a false alarm, pressed", () => {
  const failed = { check: "jobs", verdict: "fail" as const, reason: { kind: "noData" as const } };
  const result = { ...failed, value: null, scope: "", points: 0, window: null, redBefore: [] };

  it("says so of this check of this deploy", async () => {
    const [button] = buttonsOf({ text: [], parts: falseAlarmParts(anOrder(), result) });
    const { asked } = await press(button ?? expect.fail("no button"));
    expect(asked).to.deep.equal([["falseAlarm", { deploy: "k3v9x2", check: "jobs" }]]);
  });

  it("tells the one who pressed where it counts", async () => {
    const { bot } = recordingBot();
    bot.records.falseAlarm = async () => ({ ok: true, target: WEB, value: null });
    const value = JSON.stringify({ deploy: "k3v9x2", check: "jobs" });
    const reply = await pressed({ action: "check:falseAlarm", value, by: you }, bot);
    expect(plain(reply.text)).to.equal(
      "It is on record that jobs was a false alarm here. /canary stats web production shows what that makes of the check.",
    );
  });
});
