// A deploy's message where it is shown while its own channel takes nothing. Pure.

import { backInChannelSentence, elsewhereSentence } from "../chat/sentences/elsewhere.ts";
import { t } from "../chat/text.ts";
import type { Message } from "./message.ts";

/** With why it is here, and all its buttons. */
export function elsewhere(message: Message, { channel, reason }: { channel: string; reason: string }): Message {
  const why = elsewhereSentence(channel, reason);
  return {
    ...message,
    summary: t`${message.summary} ${why}`,
    parts: [{ part: "text", text: why }, ...message.parts],
    urgent: true,
  };
}

/** The last that is said here: what may be pressed stands in the channel. */
export function backInChannel(message: Message, channel: string): Message {
  const over = backInChannelSentence(channel);
  return {
    ...message,
    summary: t`${message.summary} ${over}`,
    parts: [{ part: "text", text: over }, ...message.parts.filter(({ part }) => part !== "buttons")],
  };
}
