// A person types: a message, or a slash command of the app. What they see at once is the result.

import type { DeliveryError } from "../delivery/delivery.ts";
import { commandPayload, eventPayload } from "../delivery/payloads.ts";
import { respond, shownByAck } from "../delivery/respond.ts";
import { text as plain } from "../json.ts";
import type { Command } from "../manifest.ts";
import { Refused } from "../refused.ts";
import type { Stand } from "../stand.ts";
import type { Block, Channel, Message, Person } from "../types.ts";
import { escaped, linked } from "./escaping.ts";

export type TypingError =
  | DeliveryError
  | "unknown_command"
  | "not_in_threads"
  | "read_only"
  | "invalid_command_response";

export interface Typed {
  /** What the person reads at once: an answer, an error in Slack's words, "" when the app acknowledged without a word. */
  text: string;
  blocks?: Block[];
  error?: TypingError;
  /** The message that it became: what the person said, or the app's answer. */
  message?: Message;
}

export interface Typing {
  person: Person;
  channel: Channel;
  text: string;
  threadTs?: string;
}

export async function type(stand: Stand, typing: Typing): Promise<Typed> {
  // Slack shows no field to type into then.
  if (typing.channel.directWith && stand.manifest.isReadOnly)
    return failed("read_only", "Sending messages to this app has been turned off.");
  return typing.text.startsWith("/") ? command(stand, typing) : say(stand, typing);
}

/** The person's own words in the channel; the app hears of them when its manifest asks for such events. */
function say(stand: Stand, { person, channel, text, threadTs }: Typing): Typed {
  const { workspace } = stand;
  const words = linked(workspace, escaped(text));
  const message = workspace.add({
    channel: channel.id,
    user: person.id,
    text: words,
    ...(threadTs && { thread_ts: threadTs }),
  });
  const thread = threadTs ? { thread_ts: threadTs } : {};
  const event = {
    user: person.id,
    text: words,
    ts: message.ts,
    channel: channel.id,
    event_ts: message.ts,
    team: workspace.team.id,
    ...thread,
  };
  const wants = (name: string): boolean => stand.manifest.botEvents.includes(name) && channel.isMember;
  if (words.includes(`<@${workspace.bot.userId}>`) && wants("app_mention")) {
    void stand.delivery.deliverEvent(eventPayload(stand, { type: "app_mention", ...event }));
  }
  const kind = channel.directWith ? "im" : channel.isPrivate ? "group" : "channel";
  if (wants(kind === "channel" ? "message.channels" : kind === "im" ? "message.im" : "message.groups")) {
    void stand.delivery.deliverEvent(eventPayload(stand, { type: "message", channel_type: kind, ...event }));
  }
  return { text: words, message };
}

async function command(stand: Stand, typing: Typing): Promise<Typed> {
  const [, name = "", rest = ""] = /^(\/\S*)\s*([\s\S]*)$/.exec(typing.text) ?? [];
  const known = stand.manifest.commands.find((one) => one.command === name);
  if (!known)
    return failed(
      "unknown_command",
      `${name} is not a valid command. Slack takes every message that starts with "/" for one.`,
    );
  if (typing.threadTs) return failed("not_in_threads", `${name} is not supported in threads. Sorry!`);
  const { person, channel } = typing;
  const payload = commandPayload(stand, { person, channel, command: name, text: argument(stand, known, rest.trim()) });
  const outcome = await stand.delivery.deliver("slash_commands", payload);
  if (!outcome.ok) return failed(outcome.error, `${name} failed with the error "${outcome.error}"`);
  return answered(stand, typing, outcome.answer);
}

function argument(stand: Stand, command: Command, rest: string): string {
  return command.shouldEscape ? linked(stand.workspace, escaped(rest), { withLinks: true }) : rest;
}

function answered(stand: Stand, typing: Typing, answer: unknown): Typed {
  const { person, channel } = typing;
  const shown = shownByAck(answer);
  // `in_channel` shows everybody what was typed, even when the app adds nothing to it.
  const isOpen = plain((shown ?? (answer as { response_type?: unknown } | undefined))?.response_type) === "in_channel";
  if (isOpen) stand.workspace.add({ channel: channel.id, user: person.id, text: escaped(typing.text) });
  if (!shown) return { text: "" };
  try {
    const message = respond(stand, { channel: channel.id, person: person.id }, shown);
    return {
      text: message?.text ?? "",
      ...(message?.blocks && { blocks: message.blocks }),
      ...(message && { message }),
    };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return failed(
      "invalid_command_response",
      `${typing.text.split(" ")[0]} failed because the app's response is not valid: ${error.error}`,
    );
  }
}

function failed(error: TypingError, text: string): Typed {
  return { error, text };
}
