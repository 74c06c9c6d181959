// The modals that people have open, one upon another, and their home tabs. Knows no HTTP.

import type { Changes } from "./changes.ts";
import { Refused } from "./refused.ts";
import type { View } from "./types.ts";

const MOST_STACKED = 3;

export class Views {
  readonly #changes: Changes;
  readonly #stacks = new Map<string, View[]>();
  readonly #homes = new Map<string, View>();

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** The modal that the person has in front of them. */
  top(person: string): View | undefined {
    return this.#stacks.get(person)?.at(-1);
  }

  home(person: string): View | undefined {
    return this.#homes.get(person);
  }

  open(person: string, view: View): View {
    this.#set(person, [view]);
    return view;
  }

  push(person: string, view: View): View {
    const stack = this.#stacks.get(person) ?? [];
    if (stack.length >= MOST_STACKED) throw new Refused("push_limit_reached");
    const [root] = stack;
    const pushed = { ...view, root_view_id: root?.id ?? view.id, previous_view_id: stack.at(-1)?.id ?? null };
    this.#set(person, [...stack, pushed]);
    return pushed;
  }

  /** Puts other content into a view that is open somewhere. Throws `Refused` when there is none, or `hash` is an old one. */
  update(where: { id?: string; externalId?: string; hash?: string }, view: View): View {
    for (const [person, stack] of this.#stacks) {
      const old = stack.find(
        (one) => one.id === where.id || (where.externalId !== undefined && one.external_id === where.externalId),
      );
      if (!old) continue;
      if (where.hash !== undefined && where.hash !== old.hash) throw new Refused("hash_conflict");
      const updated = { ...view, id: old.id, root_view_id: old.root_view_id, previous_view_id: old.previous_view_id };
      this.#set(
        person,
        stack.map((one) => (one === old ? updated : one)),
      );
      return updated;
    }
    throw new Refused("not_found");
  }

  publish(person: string, view: View, hash?: string): View {
    const old = this.#homes.get(person);
    if (hash !== undefined && old && hash !== old.hash) throw new Refused("hash_conflict");
    const published = old ? { ...view, id: old.id, root_view_id: old.id } : view;
    this.#homes.set(person, published);
    this.#changes.tell({ kind: "home", person });
    return published;
  }

  closeTop(person: string): void {
    this.#set(person, (this.#stacks.get(person) ?? []).slice(0, -1));
  }

  clear(person: string): void {
    this.#set(person, []);
  }

  #set(person: string, stack: View[]): void {
    this.#stacks.set(person, stack);
    this.#changes.tell({ kind: "view", person });
  }
}
