// Times what goes to Slack and what comes from it, where both pass: the client's fetch, and Bolt's door. Knows no message and no command.

import type { App } from "@slack/bolt";
import type { Meters } from "../../ports/meters.ts";

type Fetch = typeof fetch;

const ANSWER = "response_url";

/** `fetch` for requests to Slack's Web API at `apiUrl`, and to the addresses where Slack is answered, which are secrets and all count as one. */
export function measuredFetch(apiUrl: string, meters: Meters): Fetch {
  return async (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    const method = url.startsWith(apiUrl) ? url.slice(apiUrl.length).replace(/\?.*$/s, "") : ANSWER;
    const elapsed = meters.start();
    const ended = (outcome: string) => {
      meters.took("lockstep_slack_request_seconds", { method }, elapsed());
      meters.count("lockstep_slack_requests_total", { method, outcome });
    };
    try {
      const response = await fetch(input, init);
      const said = statusOutcome(response);
      // Only the Web API says no in its body. Reading it here costs more than all the rest, so nobody else's is read.
      if (said !== "ok" || method === ANSWER) ended(said);
      else void bodyOutcome(response.clone()).then(ended);
      return response;
    } catch (error) {
      ended("unreachable");
      throw error;
    }
  };
}

function statusOutcome({ status, ok }: Response): string {
  if (status === 429) return "rateLimited";
  if (status >= 500) return "failed";
  return ok ? "ok" : "refused";
}

/** Slack says no with HTTP status 200. */
async function bodyOutcome(response: Response): Promise<string> {
  const text = await response.text().catch(() => null);
  if (text === null) return "unreachable";
  return /^\s*\{\s*"ok"\s*:\s*false/.test(text) ? "refused" : "ok";
}

/** From when something was read to when it has been acknowledged, whichever way it came. */
export function timeAcknowledgements(app: App, meters: Meters): void {
  const process = app.processEvent.bind(app);
  app.processEvent = (event) => {
    const elapsed = meters.start();
    return process({
      ...event,
      async ack(response) {
        await event.ack(response);
        meters.took("lockstep_acknowledgement_seconds", {}, elapsed());
      },
    });
  };
}
