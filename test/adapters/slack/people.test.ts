// Who is in a group and where people are: asked of Slack, kept for a while, and never guessed.

import { expect } from "chai";
import { slackPeople } from "../../../src/adapters/slack/people.ts";
import type { People } from "../../../src/ports/people.ts";
import { ManualClock } from "../../support/clock.ts";
import { MATE, type Stage, stage, YOU } from "./stage.ts";

describe("people in Slack", () => {
  let on: Stage;
  let clock: ManualClock;
  let people: People;
  beforeEach(async () => {
    on = await stage();
    clock = new ManualClock();
    people = slackPeople(on.client, clock);
  });
  afterEach(() => on.stop());
  const asked = (method: string) => on.slack.calls.filter((call) => call.method === method).length;

  it("have a time zone, each their own", async () => {
    expect(await people.timeZone(YOU)).to.deep.equal({ ok: true, zone: "Europe/Zurich" });
    expect(await people.timeZone(MATE)).to.deep.equal({ ok: true, zone: "America/New_York" });
  });

  it("are asked about again after ten minutes", async () => {
    await people.timeZone(YOU);
    await clock.pass(9 * 60_000);
    await people.timeZone(YOU);
    expect(asked("users.info")).to.equal(1);
    await clock.pass(60_000);
    await people.timeZone(YOU);
    expect(asked("users.info")).to.equal(2);
  });

  it("have no time zone when Slack cannot be asked, and the next question is asked again", async () => {
    on.slack.faults.onCall("users.info", { kind: "error", error: "user_not_found" });
    expect(await people.timeZone(YOU)).to.deep.equal({ ok: false, detail: "user_not_found" });
    expect(await people.timeZone(YOU)).to.deep.equal({ ok: true, zone: "Europe/Zurich" });
  });

  it("are members of a group for a minute, then it is asked again", async () => {
    expect(await people.members("S0SRE")).to.deep.equal({ ok: true, ids: ["U0CALL"] });
    await clock.pass(59_000);
    await people.members("S0SRE");
    expect(asked("usergroups.users.list")).to.equal(1);
    await clock.pass(1_000);
    await people.members("S0SRE");
    expect(asked("usergroups.users.list")).to.equal(2);
  });

  it("are asked about once when many want to know at the same moment", async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => people.members("S0SRE")));
    expect(answers).to.deep.equal(Array(30).fill({ ok: true, ids: ["U0CALL"] }));
    expect(asked("usergroups.users.list")).to.equal(1);
  });

  it("of an unknown group are not nobody", async () => {
    expect(await people.members("S0NONE")).to.deep.equal({ ok: false, detail: "no_such_subteam" });
  });
});
