// What is said where a deploy is told of because its own channel takes nothing, and when that is over. Knows no deploy.

import { bold, code, type Text, t } from "../text.ts";

/** In place of Slack's own words, where they are the usual ones. */
const WHY: Record<string, string> = {
  is_archived: "it is archived",
  not_in_channel: "the bot is not in it",
  channel_not_found: "it is gone, or private without the bot",
};

/** `reason` is Slack's own word for it. */
export function elsewhereSentence(channel: string, reason: string): Text {
  return t`${bold(`Slack takes no messages of the bot in ${channel}`)} (${WHY[reason] ?? code(reason)}), so what matters of this deploy is told here. The deploy itself goes on. Once the channel is there again and the bot is in it (${code("/invite")}), its thread is completed there.`;
}

export function backInChannelSentence(channel: string): Text {
  return t`The bot can write to ${channel} again: this deploy is shown there, and no longer here.`;
}
