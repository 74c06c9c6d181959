// The things of a workspace, in the shapes in which they go over the wire where Slack has such a shape. No behaviour.

import type { Fields } from "./json.ts";

export interface Person {
  id: string;
  /** Without the `@`. */
  name: string;
  realName: string;
  email: string;
  /** IANA name of the time zone. */
  tz: string;
}

export interface Group {
  id: string;
  handle: string;
  name: string;
  /** Ids of people. */
  members: string[];
}

export interface Channel {
  id: string;
  /** Without the `#`. */
  name: string;
  /** Whether the app is a member. */
  isMember: boolean;
  /** Ids of people. */
  members: string[];
  isPrivate: boolean;
  isArchived: boolean;
  topic: string;
  /** The person at the other end, when this is the app's direct conversation with somebody. */
  directWith?: string;
}

export interface Block {
  type: string;
  block_id?: string;
  [field: string]: unknown;
}

export interface Attachment {
  color?: string;
  blocks?: Block[];
  [field: string]: unknown;
}

export interface Message {
  type: "message";
  ts: string;
  channel: string;
  user: string;
  text: string;
  subtype?: string;
  bot_id?: string;
  app_id?: string;
  blocks?: Block[];
  attachments?: Attachment[];
  files?: Fields[];
  metadata?: { event_type: string; event_payload: Fields };
  thread_ts?: string;
  reply_count?: number;
  reply_users?: string[];
  latest_reply?: string;
  edited?: { user: string; ts: string };
  reactions?: { name: string; users: string[]; count: number }[];
  /** The only person who sees it: an ephemeral message. */
  onlyFor?: string;
  /** How often it has changed in place since it was posted. */
  changes: number;
}

export interface View {
  id: string;
  type: "modal" | "home";
  hash: string;
  title?: Fields;
  submit?: Fields;
  close?: Fields;
  blocks: Block[];
  private_metadata: string;
  callback_id: string;
  external_id: string;
  clear_on_close: boolean;
  notify_on_close: boolean;
  root_view_id: string;
  previous_view_id: string | null;
}

/** One Web API call as it was answered; the token is never in `args`. */
export interface Call {
  method: string;
  args: Fields;
  answer: Fields;
  httpStatus: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** One payload as it went to the app, and what came back. */
export interface Payload {
  /** Counted from 1. */
  number: number;
  kind: PayloadKind;
  payload: Fields;
  /** Body of the acknowledgement; undefined while there is none. */
  answer?: unknown;
  outcome: "waiting" | "acknowledged" | "operation_timeout" | "dispatch_failed" | "dropped";
  at: number;
}

export type PayloadKind = "slash_commands" | "interactive" | "events_api";
