// The journal on LMDB: one entry per fact under [stream, version], and the newest version of each stream. Knows nothing of what facts mean.

import { EventEmitter } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { RootDatabase } from "lmdb";
import {
  type Appended,
  type Journal,
  type Recorded,
  type StoredFact,
  type StreamName,
  UnreadableFact,
  type Write,
} from "../../ports/journal.ts";
import { committed, quietly } from "./committed.ts";

/** Facts read at a time: few enough that others are answered in between. */
const PAGE = 1_000;

/** Opened read-only, a store that was never written to has neither. */
export const readDatabases = (root: RootDatabase): Partial<ReturnType<typeof databasesOf>> => databasesOf(root);

export function databasesOf(root: RootDatabase) {
  const facts = root.openDB<StoredFact, [StreamName, number]>({ name: "facts", encoding: "json" });
  const heads = root.openDB<number, StreamName>({ name: "heads", encoding: "json" });
  return { facts, heads };
}

export function embeddedJournal(root: RootDatabase): Journal {
  const { facts, heads } = databasesOf(root);
  const news = new EventEmitter().setMaxListeners(0);

  function appendNow(writes: Write[]): Appended {
    const moved = writes.find(({ stream, expected }) => (heads.get(stream) ?? 0) !== expected);
    if (moved) return { ok: false, moved: moved.stream };
    for (const { stream, expected, facts: added } of writes) {
      added.forEach((fact, i) => {
        quietly(facts.put([stream, expected + i + 1], fact));
      });
      if (added.length > 0) quietly(heads.put(stream, expected + added.length));
    }
    return { ok: true };
  }

  return {
    async read(stream, after = 0): Promise<Recorded[]> {
      const found: Recorded[] = [];
      const end: [StreamName, number] = [stream, Number.MAX_SAFE_INTEGER];
      for (let from = after; ; from += PAGE) {
        const before = found.length;
        try {
          for (const { key, value } of facts.getRange({ start: [stream, from + 1], end, limit: PAGE }))
            found.push({ version: key[1], fact: value });
        } catch (error) {
          // What it says holds some of the text. Versions have no gaps: it is the one after those that could be read.
          if (!(error instanceof SyntaxError)) throw error;
          throw new UnreadableFact({ stream, version: after + found.length + 1 }, "no JSON");
        }
        if (found.length - before < PAGE) return found;
        await nextTurn(); // others are answered
      }
    },

    async append(writes): Promise<Appended> {
      const appended = await committed(root.transaction(() => appendNow(writes)));
      if (!appended.ok) return appended;
      await root.flushed; // on the disk, not only in the page cache
      for (const { stream, facts: added } of writes) if (added.length > 0) news.emit("grown", stream);
      return appended;
    },

    async streams(prefix): Promise<StreamName[]> {
      return [...heads.getKeys({ start: prefix, end: `${prefix}\uffff` })];
    },

    watch(listener) {
      news.on("grown", listener);
      return () => news.off("grown", listener);
    },

    gaps: () => 0,

    close: () => root.close(),
  };
}
