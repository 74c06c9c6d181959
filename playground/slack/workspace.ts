// The workspace itself: people, channels and messages, and what happens to them. Knows no HTTP and no rules about who may.

import { Changes } from "./changes.ts";
import { freshId, Timestamps } from "./names.ts";
import type { Channel, Group, Message, Person } from "./types.ts";

export interface BotIdentity {
  userId: string;
  botId: string;
  appId: string;
  name: string;
}

export interface Members {
  people: Person[];
  groups: Group[];
  channels: Channel[];
}

export class Workspace {
  readonly team = { id: "T0TEAM", name: "Playground", domain: "playground" };
  readonly changes = new Changes();
  readonly people: Person[];
  readonly groups: Group[];
  readonly channels: Channel[];
  readonly bot: BotIdentity;
  #messages = new Map<string, Message[]>();
  #timestamps = new Timestamps();

  constructor(members: Members, botName: string) {
    this.people = members.people;
    this.groups = members.groups;
    this.channels = members.channels;
    this.bot = { userId: "U0BOT", botId: "B0BOT", appId: "A0APP", name: botName.toLowerCase() };
  }

  nextTs(): string {
    return this.#timestamps.next();
  }

  /** By id or name, with or without `@`. */
  person(who: string): Person | undefined {
    const name = who.replace(/^@/, "");
    return this.people.find((one) => one.id === who || one.name === name);
  }

  /** By id or name, with or without `#`; a person's id or name means the direct conversation with them. */
  channel(where: string): Channel | undefined {
    const name = where.replace(/^#/, "");
    const found = this.channels.find((one) => one.id === where || (one.name === name && one.directWith === undefined));
    const person = found ? undefined : this.person(where);
    return person ? this.directWith(person.id) : found;
  }

  directWith(person: string): Channel {
    const found = this.channels.find((one) => one.directWith === person);
    if (found) return found;
    const channel: Channel = {
      id: freshId("D"),
      name: this.bot.name,
      isMember: true,
      members: [person],
      isPrivate: true,
      isArchived: false,
      topic: "",
      directWith: person,
    };
    this.channels.push(channel);
    this.changes.tell({ kind: "channels" });
    return channel;
  }

  /** Everything in the channel, oldest first: replies and ephemeral messages too. */
  all(channel: string): Message[] {
    return this.#messages.get(channel) ?? [];
  }

  find(channel: string, ts: string): Message | undefined {
    return this.all(channel).find((one) => one.ts === ts);
  }

  /** What the channel's own list shows: no replies, but those that were also sent to the channel. */
  listed(channel: string): Message[] {
    return this.all(channel).filter((one) => !isReply(one) || one.subtype === "thread_broadcast");
  }

  /** The replies below a message, without the message itself. */
  replies(channel: string, ts: string): Message[] {
    return this.all(channel).filter((one) => one.thread_ts === ts && one.ts !== ts);
  }

  add(message: Omit<Message, "type" | "ts" | "changes">): Message {
    const added: Message = { type: "message", ts: this.nextTs(), changes: 0, ...message };
    this.#messages.set(added.channel, [...this.all(added.channel), added]);
    this.changes.tell({ kind: "message", message: added });
    if (isReply(added) && !added.onlyFor) this.#countReplies(added.channel, added.thread_ts ?? "");
    return added;
  }

  /** Changes a message in place and tells everybody. */
  change(message: Message, change: (message: Message) => void): Message {
    change(message);
    message.changes += 1;
    this.changes.tell({ kind: "message", message });
    return message;
  }

  remove(message: Message): void {
    const rest = this.all(message.channel).filter((one) => one !== message);
    this.#messages.set(message.channel, rest);
    this.changes.tell({ kind: "removed", channel: message.channel, ts: message.ts });
    if (isReply(message) && !message.onlyFor) this.#countReplies(message.channel, message.thread_ts ?? "");
  }

  #countReplies(channel: string, ts: string): void {
    const root = this.find(channel, ts);
    if (!root) return;
    const replies = this.replies(channel, ts).filter((one) => !one.onlyFor);
    root.thread_ts = root.ts;
    root.reply_count = replies.length;
    root.reply_users = [...new Set(replies.map((one) => one.user))];
    root.latest_reply = replies.at(-1)?.ts;
    this.changes.tell({ kind: "message", message: root });
  }
}

export function isReply(message: Message): boolean {
  return message.thread_ts !== undefined && message.thread_ts !== message.ts;
}

/** Whether this person may see it: everybody sees everything but other people's ephemeral messages. */
export function isVisibleTo(message: Message, person: string): boolean {
  return message.onlyFor === undefined || message.onlyFor === person;
}
