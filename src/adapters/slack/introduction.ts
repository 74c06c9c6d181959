// The way into Slack: who the bot is there, and what its channels are called. Both are unknown until Slack has answered, which may be hours after the bot
// has begun to work. Knows no message.

import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Meters } from "../../ports/meters.ts";
import type { SlackSettings } from "./app.ts";
import { clientOptions, type SlackClients, slackClients } from "./client.ts";
import { PatientClient } from "./patient.ts";
import { type Checked, checkSlack, type Identity, type StartNeeds } from "./startCheck.ts";

interface Around {
  clock: Clock;
  log: Log;
  meters: Meters;
}

export class Introduction {
  /** For all that is done in Slack; they need no introduction. */
  readonly clients: SlackClients;
  readonly #settings: SlackSettings;
  readonly #around: Around;
  #identity: Identity | null = null;

  constructor(settings: SlackSettings, around: Around) {
    this.#settings = settings;
    this.#around = around;
    this.clients = slackClients(settings.botToken, this.#options(), around);
  }

  /** By the names in the configuration; null as long as Slack has not told them. */
  get channelIds(): ReadonlyMap<string, string> | null {
    return this.#identity?.channelIds ?? null;
  }

  /** Slack's yes or no. Waits for a Slack that is away, for ever; only when `stopping` aborts, its being away is the answer. */
  async ask(needs: StartNeeds, stopping: AbortSignal): Promise<Checked> {
    const { clock, log } = this.#around;
    const clientFor = (token: string) => new PatientClient(token, this.#options(), { clock, log, stopping });
    const checked = await checkSlack(clientFor, this.#settings, needs);
    if (checked.ok) this.#identity = checked.identity;
    return checked;
  }

  #options() {
    const { log, meters } = this.#around;
    return clientOptions(this.#settings.apiUrl, log, meters);
  }
}
