// A socket of Slack's that is cut, and an address for the next one that cannot be had at first.

import { expect } from "chai";
import { CHANNEL, type Stage, stage, YOU } from "./stage.ts";

describe("a bot whose socket is cut while Slack gives no new one", () => {
  let on: Stage;
  before(async () => {
    on = await stage();
  });
  after(() => on.stop());

  it("asks until it has one, and hears what is typed then", async function () {
    this.timeout(40_000);
    const { faults } = on.slack;
    faults.onCall("apps.connections.open", { kind: "loseAnswer" });
    faults.onCall("apps.connections.open", { kind: "status", status: 500 });
    faults.onCall("apps.connections.open", { kind: "rateLimit", retryAfterSeconds: 1 });
    faults.dropSockets();
    await on.slack.waitFor(() => on.slack.connections() === 0);
    await on.slack.waitFor(() => on.slack.connections() === 1, { timeoutMs: 30_000 });
    await on.slack.type(YOU, CHANNEL, "/deploy web");
    expect(on.typed).to.have.length(1);
  });
});
