// What Slack shows of a deploy, beside what its facts say that it should: its message and the lines of its thread, each once. Knows no host.

import type { Message } from "../../playground/slack/server.ts";
import { toSlack } from "../../src/adapters/slack/blocks.ts";
import { rootMessage } from "../../src/views/root.ts";
import { ThreadReader } from "../../src/views/thread.ts";
import { CHANNEL } from "./configuration.ts";
import type { DeployRecord } from "./record.ts";
import { PEOPLE, type World } from "./world.ts";

const keyOf = ({ metadata }: Message): string => String(metadata?.event_payload.key ?? "");

export function rootsOf({ slack }: World, { id }: DeployRecord): Message[] {
  return slack.messages(CHANNEL).filter((message) => keyOf(message) === `${id}/root`);
}

export function missingLines(world: World, one: DeployRecord): string[] {
  const [root] = rootsOf(world, one);
  const shown = new Set(root ? world.slack.replies(CHANNEL, root.ts).map(keyOf) : []);
  const skipped = new Set(one.thread.filter(({ kind }) => kind === "skipped").map(({ version }) => version));
  const due = new ThreadReader().read(one.facts).filter(({ version }) => !skipped.has(version));
  const missing = due.filter(({ version }) => !shown.has(`${one.id}/${version}`));
  return missing.map(({ version }) => `line ${version} is not in the thread of ${one.id}`);
}

export function rootsBehind(world: World, one: DeployRecord): string[] {
  const [root] = rootsOf(world, one);
  if (!root) return [`${one.id} has no message`];
  return root.text === toSlack(rootMessage(one.deploy)).text
    ? []
    : [`the message of ${one.id} says "${root.text}" and not "${toSlack(rootMessage(one.deploy)).text}"`];
}

/** Messages that were posted more than once, in the channel, in threads and to people. */
export function postedTwice({ slack }: World): string[] {
  const inChannel = slack.messages(CHANNEL);
  const threads = inChannel.flatMap((one) => slack.replies(CHANNEL, one.ts));
  const direct = PEOPLE.flatMap(({ id }) => slack.directMessages(id));
  const seen = new Map<string, Set<string>>();
  for (const message of [...inChannel, ...threads, ...direct]) {
    if (keyOf(message) === "") continue;
    const where = `${message.channel} ${keyOf(message)}`;
    seen.set(where, (seen.get(where) ?? new Set()).add(message.ts));
  }
  return [...seen].filter(([, at]) => at.size > 1).map(([what, at]) => `posted ${at.size} times: ${what}`);
}
