// Looks into another Node process that was started with --inspect: its heap when nothing is left to collect, and what takes its processor. Knows nothing of what it does.

import { writeFile } from "node:fs/promises";
import WebSocket from "ws";
import { until } from "../../test/support/until.ts";

export interface Inspector {
  /** Of the heap, in bytes, after all garbage was collected. */
  heapBytes(): Promise<number>;
  /** Samples the processor from here on; `end` writes what Chrome's developer tools read. */
  profile(): Promise<{ end(path: string): Promise<void> }>;
  close(): void;
}

/** Rejects when nobody listens there within a few seconds. */
export async function inspect(port: number): Promise<Inspector> {
  const list = async () => (await fetch(`http://127.0.0.1:${port}/json/list`).catch(() => null))?.json();
  const [target] = (await until("there is an inspector", list)) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const waiting = new Map<number, (result: Record<string, unknown>) => void>();
  socket.on("message", (text) => {
    const { id, result } = JSON.parse(String(text));
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  let last = 0;
  const send = (method: string) =>
    new Promise<Record<string, unknown>>((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      socket.send(JSON.stringify({ id: last, method }));
    });
  return {
    async heapBytes() {
      // What is let go of by a finalizer is garbage for the next one.
      for (let i = 0; i < 2; i += 1) await send("HeapProfiler.collectGarbage");
      return Number((await send("Runtime.getHeapUsage")).usedSize);
    },
    async profile() {
      await send("Profiler.enable");
      await send("Profiler.start");
      return {
        async end(path) {
          await writeFile(path, JSON.stringify((await send("Profiler.stop")).profile));
        },
      };
    },
    close: () => socket.close(),
  };
}
