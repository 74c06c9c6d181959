// The client's side of client.ts: ready, go, done. Knows no work.

import { createInterface } from "node:readline";

const lines = createInterface(process.stdin)[Symbol.asyncIterator]();

/** Says that everything is loaded, and resolves when the work is to begin. */
export async function untilToldToGo(told: Record<string, unknown> = {}): Promise<void> {
  (globalThis as { gc?: () => void }).gc?.();
  console.log(`ready ${JSON.stringify(told)}`);
  await lines.next();
}

/** Says that the work is done, and resolves when this process has been looked at. */
export async function done(told: Record<string, unknown> = {}): Promise<void> {
  console.log(`done ${JSON.stringify(told)}`);
  await lines.next();
}
