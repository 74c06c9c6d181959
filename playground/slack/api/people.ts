// users.*, usergroups.*, reactions.*, team and bots: who is who.

import { Refused } from "../refused.ts";
import type { Message } from "../types.ts";
import { type Asked, bot, type Method, page } from "./method.ts";
import { wireBot, wireGroup, wirePerson } from "./wire.ts";

export const people: Record<string, Method> = {
  "users.info": bot(["users:read"], (asked) => {
    if (asked.text("user") === asked.stand.workspace.bot.userId) return { user: wireBot(asked.stand) };
    return { user: wirePerson(asked.stand, asked.person()) };
  }),

  "users.list": bot(["users:read"], (asked) => {
    const all = [...asked.stand.workspace.people.map((one) => wirePerson(asked.stand, one)), wireBot(asked.stand)];
    const { items, next } = page(asked, all);
    return { members: items, ...next };
  }),

  "users.lookupByEmail": bot(["users:read.email"], (asked) => {
    const person = asked.stand.workspace.people.find((one) => one.email === asked.text("email"));
    if (!person) throw new Refused("users_not_found");
    return { user: wirePerson(asked.stand, person) };
  }),

  "usergroups.list": bot(["usergroups:read"], (asked) => {
    const withUsers = asked.yes("include_users");
    const all = asked.stand.workspace.groups;
    return {
      usergroups: all.map((one) => ({ ...wireGroup(asked.stand, one), ...(withUsers && { users: one.members }) })),
    };
  }),

  "usergroups.users.list": bot(["usergroups:read"], (asked) => {
    const group = asked.stand.workspace.groups.find((one) => one.id === asked.text("usergroup"));
    if (!group) throw new Refused("no_such_subteam");
    return { users: group.members };
  }),

  "reactions.add": bot(["reactions:write"], (asked) => {
    const message = reactable(asked);
    const name = asked.text("name").replaceAll(":", "");
    const user = asked.stand.workspace.bot.userId;
    if (!/^[a-z0-9_+'-]+$/.test(name)) throw new Refused("invalid_name");
    const known = message.reactions?.find((one) => one.name === name);
    if (known?.users.includes(user)) throw new Refused("already_reacted");
    const others = message.reactions?.filter((one) => one !== known) ?? [];
    const users = [...(known?.users ?? []), user];
    asked.stand.workspace.change(message, (one) => {
      one.reactions = [...others, { name, users, count: users.length }];
    });
    return {};
  }),

  "reactions.remove": bot(["reactions:write"], (asked) => {
    const message = reactable(asked);
    const name = asked.text("name").replaceAll(":", "");
    if (!message.reactions?.some((one) => one.name === name)) throw new Refused("no_reaction");
    asked.stand.workspace.change(message, (one) => {
      one.reactions = one.reactions?.filter((reaction) => reaction.name !== name);
    });
    return {};
  }),

  "team.info": bot(["team:read"], (asked) => ({ team: asked.stand.workspace.team })),

  "bots.info": bot(["users:read"], (asked) => {
    const { bot: self } = asked.stand.workspace;
    if (asked.has("bot") && asked.text("bot") !== self.botId) throw new Refused("bot_not_found");
    const name = asked.stand.manifest.botName;
    return { bot: { id: self.botId, app_id: self.appId, user_id: self.userId, name, deleted: false } };
  }),
};

function reactable(asked: Asked): Message {
  const message = asked.stand.workspace.find(asked.channel().id, asked.text("timestamp"));
  if (!message || message.onlyFor) throw new Refused("message_not_found");
  return message;
}
