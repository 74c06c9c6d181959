// For stories: a person at the playground's Slack who deploys, and waits for what is shown in the deploy's message and thread. Waits for things, never for
// time. What is between the bot and one person alone is in conversation.ts.

import type { Message } from "../../playground/slack/server.ts";
import type { Playground } from "../../playground/start.ts";
import { type PlaygroundOptions, startPlayground } from "../../playground/start.ts";
import { CHANNEL, Conversation, PATIENCE_MS, plainText, YOU } from "./conversation.ts";

import { bundledProgram } from "./program.ts";

export { CHANNEL, MATE, ON_CALL, plainText, YOU } from "./conversation.ts";

/** Short enough for a test; still a bake with several looks. Too short to compare latencies. */
const QUICK = { bake: "4s", warmUp: "500ms", settle: "2s", every: "500ms", askFor: "5m", stopped: "2s" };

const CHECKS: PlaygroundOptions["checks"] = ["jobs", "errors", "monitors"];

export async function quickPlayground(options: PlaygroundOptions = {}): Promise<Story> {
  const quickly = { hosts: 3, requestsPerSecondPerHost: 12, pace: QUICK, checks: CHECKS, program: bundledProgram() };
  return new Story(await startPlayground({ ...quickly, ...options }));
}

export const quick = (changes: Partial<typeof QUICK>) => ({ ...QUICK, ...changes });

export class Story extends Conversation {
  readonly playground: Playground;

  constructor(playground: Playground) {
    super(playground.slack);
    this.playground = playground;
  }

  /** The newest deploy's message. */
  root(): Message | undefined {
    return this.slack.messages(CHANNEL).findLast((message) => isRoot(message));
  }

  roots(): Message[] {
    return this.slack.messages(CHANNEL).filter((message) => isRoot(message));
  }

  /** What has been said in the newest deploy's thread. */
  thread(): string[] {
    const root = this.root();
    return root ? this.slack.replies(CHANNEL, root.ts).map(plainText) : [];
  }

  /** Types `/deploy …` and resolves with the deploy's message. */
  async deploy(text: string, who = YOU): Promise<Message> {
    const before = this.roots().length;
    await this.slack.type(who, CHANNEL, `/deploy ${text}`);
    return this.slack.waitFor(() => this.roots()[before], { timeoutMs: PATIENCE_MS });
  }

  /** Resolves when the newest deploy's heading says this. */
  until(state: string): Promise<Message> {
    return this.slack.waitFor(
      () => {
        const root = this.root();
        return root && plainText(root).includes(state) ? root : undefined;
      },
      { timeoutMs: PATIENCE_MS },
    );
  }

  said(words: string | RegExp): Promise<string> {
    const fits = (line: string) => (typeof words === "string" ? line.includes(words) : words.test(line));
    return this.slack.waitFor(() => this.thread().find(fits), { timeoutMs: PATIENCE_MS });
  }

  /** Presses a button of the newest deploy's message and confirms; resolves with the reply. */
  async press(wish: string, who = YOU): Promise<string> {
    const seen = this.ephemeral(who).length;
    const root = this.root();
    if (!root) throw new Error("there is no deploy to press a button of");
    await this.slack.press(who, CHANNEL, root.ts, `wish:${wish}`, { confirm: true });
    return plainText(await this.slack.waitFor(() => this.ephemeral(who)[seen], { timeoutMs: PATIENCE_MS }));
  }

  buttons(): string[] {
    const blocks = (this.root()?.blocks ?? []) as { type: string; elements?: { text?: { text: string } }[] }[];
    return blocks
      .filter(({ type }) => type === "actions")
      .flatMap(({ elements = [] }) => elements.map((one) => one.text?.text ?? ""));
  }

  /** The release that each host's `current` points to. */
  async releases(): Promise<string[]> {
    const { fleet } = this.playground;
    const looks = fleet.hosts.map((host) => fleet.run(host, `readlink ${host.path}/current`));
    return (await Promise.all(looks)).map(({ output }) => output.trim().replace("releases/", ""));
  }

  async close(): Promise<void> {
    await this.playground.close();
  }
}

function isRoot(message: Message): boolean {
  return (
    /^(?:Deploy|Rollback) of /.test(message.text) &&
    (message.thread_ts === undefined || message.thread_ts === message.ts)
  );
}
