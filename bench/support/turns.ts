// Rounds of clients that take turns, so that a slow minute of the machine hits all of them, and the medians of what was measured. Knows no client.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Around, type Client, type Measured, measureClient } from "./client.ts";
import { quantile } from "./rounds.ts";

const run = promisify(execFile);

export interface Prepared {
  client: Client;
  around: Around;
  check?: (measured: Measured) => Promise<void>;
  /** However the run ended. */
  cleanUp?: () => Promise<void>;
}

export interface Turn {
  name: string;
  /** Makes everything ready for one run, outside of what is measured. `warm`: it is the round that does not count. */
  prepare(warm: boolean): Promise<Prepared>;
}

/** One round before those that count, for caches of the machine. A client that fails is left out from then on, and said. */
export async function takeTurns(turns: Turn[], rounds: number): Promise<Map<string, Measured[]>> {
  const measured = new Map(turns.map(({ name }): [string, Measured[]] => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, prepare } of turns) {
      if (!measured.has(name)) continue;
      const one = await once(await prepare(round === 0)).catch((error: Error) => {
        console.error(`${name} is left out: ${error.message}`);
        measured.delete(name);
        return null;
      });
      if (one) console.error(`round ${round}: ${name} took ${one.seconds.toFixed(2)} s`);
      if (one && round > 0) measured.get(name)?.push(one);
    }
  }
  return measured;
}

async function once({ client, around, check, cleanUp }: Prepared): Promise<Measured> {
  try {
    // What the one before has left to be written would hold up this one's disk.
    await run("sync");
    const one = await measureClient(client, around);
    await check?.(one);
    return one;
  } finally {
    await cleanUp?.();
  }
}

export function median(of: Measured[], what: (one: Measured) => number): number {
  return quantile(of.map(what), 0.5);
}
