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
const HOUR_MS = 60 * MINUTE_MS;

/** Nobody waits for it: it goes on to whatever time is waited for. The bot is told to stop after an hour. */
class HurriedClock {
  readonly stopping = new AbortController();
  #now = 1_000_000;
  #end = this.#now + 61 * MINUTE_MS;
  now = () => this.#now;
  async until(at: number): Promise<void> {
    this.#now = Math.max(this.#now, at);
    if (this.#now > this.#end) this.stopping.abort();
  }
}

describe("a bot that starts while Slack is not at its best", () => {
  let slack: SlackStandIn;
  beforeEach(async () => {
    slack = await startSlack({ manifest });
  });
  afterEach(() => slack.close());

  /** What the check says, how long it waited, and why, as the log was warned. */
  async function start(apiUrl = slack.apiUrl): Promise<{ said: string; waitedMs: number; warned: unknown[] }> {
    const warned: unknown[] = [];
    const warn = (_: string, fields?: Record<string, unknown>) => void warned.push(fields?.detail);
    const clock = new HurriedClock();
    const began = clock.now();
    const options = clientOptions(apiUrl, silentLog);
    const around = { clock, log: { ...silentLog, warn }, stopping: clock.stopping.signal };
    const clientFor = (token: string) => new PatientClient(token, options, around);
    const checked = await checkSlack(clientFor, slack, { channels: ["#deploys"], groups: true });
    const said = checked.ok ? "starts" : checked.problems.map(slackProblemSentence).join("\n");
    return { said, waitedMs: clock.now() - began, warned };
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

  it("waits for exactly as long as Slack says", async () => {
    slack.faults.onCall("auth.test", { kind: "rateLimit", retryAfterSeconds: 3_600 });
    const warned = ["Slack limits our requests"];
    expect(await start()).to.deep.equal({ said: "starts", waitedMs: HOUR_MS, warned });
  });

  it("waits for a quarter of an hour and longer with pauses that grow to ten seconds, and says each reason once", async () => {
    slack.faults.onCall("conversations.list", { kind: "status", status: 503, times: 60 });
    slack.faults.onCall("conversations.list", { kind: "status", status: 500, times: 60 });
    const { said, waitedMs, warned } = await start();
    expect(said).to.equal("starts");
    expect(waitedMs).to.be.within(15 * MINUTE_MS, 25 * MINUTE_MS);
    expect(warned).to.deep.equal(["Slack answered with HTTP 503", "Slack answered with HTTP 500"]);
  });

  it("asks an address at which nobody is until it is told to stop", async () => {
    const { said, waitedMs, warned } = await start(`http://127.0.0.1:${await freePort()}/api/`);
    expect(said).to.match(/^Slack cannot be reached \(no connection: ECONNREFUSED\): /);
    expect(waitedMs).to.be.greaterThan(HOUR_MS);
    expect(warned).to.deep.equal(["no connection: ECONNREFUSED"]);
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
