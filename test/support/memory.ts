// Ports in memory, for tests that move the clock themselves: a journal, leases and threads that answer at once, and that fail as they are told.

import { plain } from "../../src/chat/text.ts";
import type { Journal, StoredFact } from "../../src/ports/journal.ts";
import type { Leases } from "../../src/ports/leases.ts";
import type { FromThread, Place, Thread, ThreadTrouble } from "../../src/ports/thread.ts";
import type { Message } from "../../src/views/message.ts";

/** `lose` forgets the newest facts of a stream, as a store does that was started again without its last second. */
export function memoryJournal(): Journal & { lose(stream: string, facts: number): void } {
  let gaps = 0;
  const streams = new Map<string, StoredFact[]>();
  const listeners = new Set<(stream: string) => void>();
  return {
    read: async (stream, after = 0) =>
      structuredClone(streams.get(stream) ?? [])
        .map((fact, i) => ({ version: i + 1, fact }))
        .slice(after),
    async append(writes) {
      const moved = writes.find(({ stream, expected }) => (streams.get(stream)?.length ?? 0) !== expected);
      if (moved) return { ok: false, moved: moved.stream };
      for (const { stream, facts } of writes) {
        streams.set(stream, [...(streams.get(stream) ?? []), ...JSON.parse(JSON.stringify(facts))]);
        if (facts.length > 0) for (const listener of listeners) queueMicrotask(() => listener(stream));
      }
      return { ok: true };
    },
    streams: async (prefix) => [...streams.keys()].filter((name) => name.startsWith(prefix)).sort(),
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    gaps: () => gaps,
    lose(stream, facts) {
      gaps += 1;
      streams.set(stream, (streams.get(stream) ?? []).slice(0, -facts));
    },
    close: async () => {},
  };
}

/** Held by whoever asks first, for ever. */
export function memoryLeases(): Leases {
  const held = new Map<string, string>();
  return {
    async acquire(name, owner) {
      const free = held.get(name) ?? owner;
      if (free !== owner) return { held: false, until: Number.MAX_SAFE_INTEGER };
      held.set(name, owner);
      return { held: true, token: 1, until: Number.MAX_SAFE_INTEGER };
    },
    async release(name, owner) {
      if (held.get(name) === owner) held.delete(name);
    },
  };
}

export interface Posted {
  to: string;
  key: string;
  /** As it says now. */
  words: string;
  buttons: string[];
  /** How often it was changed. */
  changes: number;
}

/** `lost`: done, and the answer is lost. `dies`: done, and then everything breaks. */
export type Failing = ThreadTrouble | "lost" | "dies" | null;

export class MemoryThread implements Thread {
  readonly posted: Posted[] = [];
  failing: Failing = null;
  /** Also counts what failed. */
  tries = 0;

  async post(to: string, message: Message, { key }: { key: string }): Promise<FromThread<Place>> {
    this.tries++;
    if (this.failing && this.failing !== "lost" && this.failing !== "dies") return trouble(this.failing);
    this.posted.push({ to, key, ...drawn(message), changes: 0 });
    if (this.failing === "dies") throw new Error("the process died");
    if (this.failing === "lost") return trouble("unknown");
    return { ok: true, value: { channel: to, ts: `${this.posted.length}` } };
  }

  async update({ ts }: Place, message: Message): Promise<FromThread<null>> {
    this.tries++;
    if (this.failing) return trouble(this.failing === "lost" || this.failing === "dies" ? "unknown" : this.failing);
    const one = this.posted[Number(ts) - 1];
    if (one) Object.assign(one, drawn(message), { changes: one.changes + 1 });
    return { ok: true, value: null };
  }

  async find(_channel: string, { key }: { key: string }): Promise<FromThread<Place | null>> {
    this.tries++;
    if (this.failing && this.failing !== "lost" && this.failing !== "dies") return trouble(this.failing);
    const index = this.posted.findIndex((one) => one.key === key);
    const found = this.posted[index];
    return { ok: true, value: found ? { channel: found.to, ts: `${index + 1}` } : null };
  }
}

function trouble(kind: ThreadTrouble): { ok: false; trouble: ThreadTrouble; detail: string } {
  return { ok: false, trouble: kind, detail: "as the test says" };
}

function drawn({ summary, parts }: Message): { words: string; buttons: string[] } {
  const buttons = parts.flatMap((part) => (part.part === "buttons" ? part.buttons.map(({ label }) => label) : []));
  return { words: plain(summary), buttons };
}
