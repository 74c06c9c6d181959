// The start's questions to Slack when it is not at its best: what passes is waited for, and what does not is said.

import { WebClient } from "@slack/web-api";
import { expect } from "chai";
import manifest from "../../../manifest.json" with { type: "json" };
import { freePort } from "../../../playground/ports.ts";
import type { CallFault } from "../../../playground/slack/faults.ts";
import { type SlackStandIn, startSlack } from "../../../playground/slack/server.ts";
import { clientOptions } from "../../../src/adapters/slack/client.ts";
import { PatientClient } from "../../../src/adapters/slack/patient.ts";
import { checkSlack } from "../../../src/adapters/slack/startCheck.ts";
import { slackProblemSentence } from "../../../src/chat/sentences/startup.ts";
import { silentLog } from "../../support/parts.ts";

const MINUTE_MS = 60_000;

/** Nobody waits for it: it goes on to whatever time is waited for. */
class HurriedClock {
  #now = 1_000_000;
  now = () => this.#now;
  async until(at: number): Promise<void> {
    this.#now = Math.max(this.#now, at);
  }
}

describe("a bot that starts while Slack is not at its best", () => {
  let slack: SlackStandIn;
  beforeEach(async () => {
    slack = await startSlack({ manifest });
  });
  afterEach(() => slack.close());

  /** What the check says, and how long it waited. */
  async function start(apiUrl = slack.apiUrl): Promise<{ said: string; waitedMs: number }> {
    const clock = new HurriedClock();
    const began = clock.now();
    const options = clientOptions(apiUrl, silentLog);
    const clientFor = (token: string) => new PatientClient(token, options, { clock, log: silentLog });
    const checked = await checkSlack(clientFor, slack, { channels: ["#deploys"], groups: true });
    const said = checked.ok ? "starts" : checked.problems.map(slackProblemSentence).join("\n");
    return { said, waitedMs: clock.now() - began };
  }

  const passing: [string, CallFault, number][] = [
    ["is limited", { kind: "rateLimit", retryAfterSeconds: 30 }, 30_000],
    ["is limited without being told until when", { kind: "rateLimit" }, 5_000],
    ["gets HTTP 500", { kind: "status", status: 500, times: 3 }, 1_000],
    ["loses the answer", { kind: "loseAnswer" }, 1],
    ["gets Slack's own words for it", { kind: "error", error: "internal_error" }, 1],
  ];
  for (const method of ["auth.test", "apps.connections.open", "conversations.list"]) {
    for (const [situation, fault, leastMs] of passing) {
      it(`starts although ${method} ${situation}`, async () => {
        slack.faults.onCall(method, fault);
        const { said, waitedMs } = await start();
        expect(said).to.equal("starts");
        expect(waitedMs).to.be.within(leastMs, MINUTE_MS);
      });
    }
  }

  it("waits for ten minutes when Slack says so, and for an hour not at all", async () => {
    slack.faults.onCall("auth.test", { kind: "rateLimit", retryAfterSeconds: 600 });
    expect(await start()).to.deep.equal({ said: "starts", waitedMs: 600_000 });
    slack.faults.onCall("auth.test", { kind: "rateLimit", retryAfterSeconds: 3_600 });
    const { said, waitedMs } = await start();
    expect(said).to.match(/^Slack does not answer as it should \(Slack limits our requests for 3600 s\): /);
    expect(waitedMs).to.equal(0);
  });

  it("says so when it lasts, after about a minute", async () => {
    slack.faults.onCall("conversations.list", { kind: "status", status: 503, times: 1_000 });
    const { said, waitedMs } = await start();
    expect(said).to.match(/^Slack does not answer as it should \(Slack answered with HTTP 503\): /);
    expect(waitedMs).to.be.within(MINUTE_MS / 2, MINUTE_MS);
  });

  it("tries an address at which nobody is for some seconds only", async () => {
    const { said, waitedMs } = await start(`http://127.0.0.1:${await freePort()}/api/`);
    expect(said).to.match(/^Slack cannot be reached \(no connection: ECONNREFUSED\): /);
    expect(waitedMs).to.be.within(1_000, 10_000);
  });

  it("reads the list of channels no further than to the last one that it wants", async () => {
    await slack.close();
    const channels = Array.from({ length: 2_500 }, (_, n) => ({ id: `C${n}`, name: `channel-${n}`, isMember: true }));
    slack = await startSlack({ manifest, channels });
    const clientFor = (token: string) => new WebClient(token, clientOptions(slack.apiUrl, silentLog));
    const wanted = { channels: ["#channel-1500", "C3"], groups: false };
    const checked = await checkSlack(clientFor, slack, wanted);
    expect(checked.ok && [...checked.identity.channelIds.values()]).to.deep.equal(["C1500", "C3"]);
    expect(slack.calls.filter(({ method }) => method === "conversations.list")).to.have.length(2);
  });

  it("does not ask again when Slack says no", async () => {
    slack.faults.onCall("auth.test", { kind: "error", error: "token_revoked" });
    const { said, waitedMs } = await start();
    expect(said).to.match(/^Slack does not accept SLACK_BOT_TOKEN \(token_revoked\)/);
    expect(waitedMs).to.equal(0);
  });
});
