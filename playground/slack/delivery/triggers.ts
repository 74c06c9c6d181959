// Trigger ids: each opens one modal for one person, within three seconds.

import { secret } from "../names.ts";
import { Refused } from "../refused.ts";

interface Trigger {
  person: string;
  until: number;
  isUsed: boolean;
}

export class Triggers {
  readonly #lifetimeMs: number;
  readonly #issued = new Map<string, Trigger>();

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  issue(person: string): string {
    const id = `${Date.now()}.${Math.floor(Math.random() * 1e9)}.${secret(32)}`;
    this.#issued.set(id, { person, until: Date.now() + this.#lifetimeMs, isUsed: false });
    return id;
  }

  /** The person who may see a modal for this id. Throws `Refused` when it is unknown, late or used. */
  exchange(id: string): string {
    const trigger = this.#issued.get(id);
    if (!trigger) throw new Refused("invalid_trigger_id");
    if (trigger.isUsed) throw new Refused("exchanged_trigger_id");
    if (trigger.until < Date.now()) throw new Refused("expired_trigger_id");
    trigger.isUsed = true;
    return trigger.person;
  }
}
