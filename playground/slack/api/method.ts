// What a Web API method is: who may call it, and what it does with the arguments. Knows no HTTP.

import { type Fields, fields, list, parsed, text, yes } from "../json.ts";
import { Refused } from "../refused.ts";
import type { Stand } from "../stand.ts";
import type { Channel, Person } from "../types.ts";

export type Run = (call: Asked) => Fields | Promise<Fields>;

export interface Method {
  token: "bot" | "app";
  /** One of them is enough; none are needed when it is empty. */
  scopes: string[];
  run: Run;
}

/** One call, with its arguments as text or as parsed JSON, whichever way they came. */
export class Asked {
  readonly stand: Stand;
  readonly #args: Fields;

  constructor(stand: Stand, args: Fields) {
    this.stand = stand;
    this.#args = args;
  }

  has(name: string): boolean {
    return this.#args[name] !== undefined && this.#args[name] !== "";
  }

  text(name: string): string {
    return text(this.#args[name]);
  }

  yes(name: string): boolean {
    return yes(this.#args[name]);
  }

  /** An argument that is JSON: parsed when it came as a string; undefined when it is missing. */
  json(name: string): unknown {
    const value = this.#args[name];
    if (typeof value !== "string" || value === "") return value === "" ? undefined : value;
    const result = parsed(value);
    return result === undefined ? value : result;
  }

  fields(name: string): Fields {
    return fields(this.json(name));
  }

  list(name: string): unknown[] {
    return list(this.json(name));
  }

  /** The channel in argument `name`; a person's id, but not the name, means the direct conversation. Throws `channel_not_found`. */
  channel(name = "channel"): Channel {
    const given = this.text(name);
    const isId = /^[A-Z][A-Z0-9]+$/.test(given);
    const channel = this.has(name) ? this.stand.workspace.channel(given) : undefined;
    if (channel?.directWith && !isId) throw new Refused("channel_not_found");
    if (!channel || (channel.isPrivate && !channel.isMember)) throw new Refused("channel_not_found");
    return channel;
  }

  person(name = "user"): Person {
    const person = this.stand.workspace.people.find((one) => one.id === this.text(name));
    if (!person) throw new Refused("user_not_found");
    return person;
  }

  /** Throws `missing_scope` unless the app has been given one of them. */
  need(scopes: string[]): void {
    const provided = this.stand.manifest.botScopes;
    if (scopes.length > 0 && !scopes.some((one) => provided.includes(one))) {
      throw new Refused("missing_scope", { needed: scopes.join(","), provided: provided.join(",") });
    }
  }
}

/** A method for the bot's token. */
export function bot(scopes: string[], run: Run): Method {
  return { token: "bot", scopes, run };
}

/** One page of a list, as asked with `limit` and `cursor`. Throws `invalid_cursor` and `invalid_limit`. */
export function page<T>(asked: Asked, all: T[], standardLimit = 100): { items: T[]; next: Fields } {
  const limit = asked.has("limit") ? Number(asked.text("limit")) : standardLimit;
  if (!Number.isInteger(limit) || limit < 0 || limit > 1000) throw new Refused("invalid_limit");
  const start = asked.has("cursor")
    ? Number(Buffer.from(asked.text("cursor"), "base64").toString().replace("next:", ""))
    : 0;
  if (!Number.isInteger(start) || start < 0 || start > all.length) throw new Refused("invalid_cursor");
  const end = start + (limit || standardLimit);
  const cursor = end < all.length ? Buffer.from(`next:${end}`).toString("base64") : "";
  return { items: all.slice(start, end), next: { response_metadata: { next_cursor: cursor } } };
}
