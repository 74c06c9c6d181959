// What is only there in HTTP mode: Slack asks whether the address is ours before it sends events there.

import { expect } from "chai";
import { signed } from "../../../playground/slack/delivery/requests.ts";
import { type Stage, stage } from "./stage.ts";

describe("the address for Slack's requests", () => {
  let on: Stage;
  beforeEach(async () => {
    on = await stage({ via: "http" });
  });
  afterEach(() => on.stop());

  const ask = (headers: Record<string, string>, body: string) =>
    fetch(on.slack.requestUrl ?? "", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  const body = JSON.stringify({ type: "url_verification", challenge: "c0ffee" });

  it("answers the question whether it is the right one", async () => {
    const answer = await ask(signed(body, on.slack.signingSecret), body);
    expect(answer.status).to.equal(200);
    expect(await answer.text()).to.contain("c0ffee");
  });

  it("refuses what Slack has not signed", async () => {
    const event = JSON.stringify({ type: "event_callback", event: { type: "app_home_opened", user: "U0YOU" } });
    expect((await ask(signed(event, "another secret"), event)).status).to.equal(401);
    expect(on.slack.home("U0YOU")).to.equal(undefined);
  });
});
