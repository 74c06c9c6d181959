// Bots on one store, in front of one stand-in for Slack: each with an app, a client and a socket of its own, as processes would have. Hosts and Datadog are
// in memory, so that a deploy is a matter of moments and can be held up at a host.

import manifest from "../../manifest.json" with { type: "json" };
import { type Message, type SlackOptions, type SlackStandIn, startSlack } from "../../playground/slack/server.ts";
import { type SlackApp, slackApp } from "../../src/adapters/slack/app.ts";
import { clientOptions, slackClients } from "../../src/adapters/slack/client.ts";
import { slackThread } from "../../src/adapters/slack/thread.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { Bots, HOSTS, type RunningBot } from "../support/bots.ts";
import { CHANNEL, plainText } from "../support/conversation.ts";
import { silentLog } from "../support/parts.ts";
import type { StoreUnderTest } from "../support/stores.ts";

export { CHANNEL, HOSTS };
export const PATIENT = { timeoutMs: 30_000 };
const IDENTITY = {
  botId: "B0BOT",
  botUserId: "U0BOT",
  channelIds: new Map([
    ["#deploys", CHANNEL],
    ["#deploys-production", CHANNEL],
    ["#general", "C0GENERAL"],
  ]),
};

export class SlackStage {
  readonly slack: SlackStandIn;
  readonly bots: Bots;
  readonly #apps: SlackApp[] = [];

  private constructor(slack: SlackStandIn, store: StoreUnderTest) {
    this.slack = slack;
    this.bots = new Bots(store);
  }

  static async start(store: StoreUnderTest, options: Partial<SlackOptions> = {}): Promise<SlackStage> {
    return new SlackStage(await startSlack({ manifest, ...options }), store);
  }

  /** One more bot. */
  async bot(how: Parameters<Bots["start"]>[0] = {}): Promise<RunningBot> {
    const { slack } = this;
    // Nobody waits long for a Slack that does not answer.
    const options = { ...clientOptions(slack.apiUrl, silentLog), timeout: 1_500 };
    const clients = slackClients(slack.botToken, options, { clock: systemClock, log: silentLog });
    const thread = slackThread(clients, () => IDENTITY.channelIds);
    const bot = await this.bots.start({ ...how, parts: { thread, ...how.parts } });
    const settings = { botToken: slack.botToken, appToken: slack.appToken, apiUrl: slack.apiUrl };
    const app = slackApp(settings, {
      client: clients.urgent,
      answerer: bot.answerer,
      clock: systemClock,
      log: silentLog,
    });
    this.#apps.push(app);
    await app.start(IDENTITY);
    await slack.waitFor(() => slack.connections() === this.#apps.length, PATIENT);
    return bot;
  }

  roots(channel = CHANNEL): Message[] {
    return this.slack.messages(channel).filter(({ text, thread_ts: thread, ts }) => {
      return /^(?:Deploy|Rollback) of /.test(text) && (thread === undefined || thread === ts);
    });
  }

  /** The newest deploy's message, once it says this. */
  says(words: string, channel = CHANNEL): Promise<Message> {
    return this.slack.waitFor(() => {
      const root = this.roots(channel).at(-1);
      return root && plainText(root).includes(words) ? root : undefined;
    }, PATIENT);
  }

  lines(root: Message, channel = CHANNEL): string[] {
    return this.slack.replies(channel, root.ts).map(plainText);
  }

  /** What the bot has said to this person, without replies to what they asked. */
  told(who: string): Message[] {
    return this.slack.directMessages(who).filter(({ onlyFor, bot_id: bot }) => !onlyFor && bot !== undefined);
  }

  /** What only this person sees in the channel. */
  answers(who: string): string[] {
    return this.slack
      .messages(CHANNEL, { as: who })
      .filter(({ onlyFor }) => onlyFor === who)
      .map(plainText);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#apps.splice(0).map((app) => app.stop()));
    await this.bots.stop();
    await this.slack.close();
  }
}
