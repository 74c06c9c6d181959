// What goes to Slack and comes from it is counted, whatever Slack makes of it.

import { WebClient } from "@slack/web-api";
import { expect } from "chai";
import { clientOptions } from "../../../src/adapters/slack/client.ts";
import { type Counting, countingMeters } from "../../meters/counting.ts";
import { silentLog } from "../../support/parts.ts";
import { until } from "../../support/until.ts";
import { CHANNEL, type Mode, type Stage, stage, YOU } from "./stage.ts";

const requests = (method: string, outcome: string) =>
  `lockstep_slack_requests_total method=${method} outcome=${outcome}`;

for (const via of ["socket", "http"] satisfies Mode[]) {
  describe(`Slack by ${via}, measured`, () => {
    let set: Stage;
    let meters: Counting;
    let client: WebClient;
    before(async () => {
      meters = countingMeters();
      set = await stage({ via, meters });
      client = new WebClient(set.slack.botToken, clientOptions(set.slack.apiUrl, silentLog, meters));
    });
    after(() => set.stop());

    it("tells how long acknowledgements take, and what came once more", async () => {
      set.slack.faults.onPayload("duplicate");
      await set.slack.type(YOU, CHANNEL, "/locks");
      await set.seen("typed");
      await until("the second one is dropped", () => meters.of("lockstep_duplicates_total") === 1);
      const acknowledged = () => meters.seconds.filter(({ name }) => name === "lockstep_acknowledgement_seconds");
      await until("both are acknowledged", () => acknowledged().length === 2);
      await until("the reply is counted", () => meters.of(requests("response_url", "ok")) === 1);
    });

    for (const [what, fault, outcome] of [
      ["a rate limit", { kind: "rateLimit", retryAfterSeconds: 1 }, "rateLimited"],
      ["an error of the server", { kind: "status", status: 500 }, "failed"],
      ["a refusal", { kind: "error", error: "is_archived" }, "refused"],
      ["an answer that is lost", { kind: "loseAnswer" }, "unreachable"],
    ] as const) {
      it(`tells of ${what}`, async () => {
        set.slack.faults.onCall("chat.postMessage", fault);
        const failed = await client.chat.postMessage({ channel: CHANNEL, text: "hello" }).then(
          () => false,
          () => true,
        );
        expect(failed).to.equal(true);
        await until("it is counted", () => meters.of(requests("chat.postMessage", outcome)) === 1);
      });
    }
  });
}
