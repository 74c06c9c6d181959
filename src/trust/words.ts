// The words behind `lockstep trust`, taken apart. Knows no configuration.

import { parseArgs } from "node:util";
import { type Read, reading, tooMany } from "../check/words.ts";

export interface TrustWords {
  service: string | undefined;
  environment: string | undefined;
  /** Nobody is asked. */
  yes: boolean;
  help: boolean;
}

const options = {
  environment: { type: "string" },
  yes: { type: "boolean", default: false },
  help: { type: "boolean", default: false, short: "h" },
} as const;

export function readTrustWords(args: string[]): Read<TrustWords> {
  return reading(options, () => {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (positionals.length > 1) return tooMany(positionals);
    const { environment, yes, help } = values;
    return { ok: true, words: { service: positionals[0], environment, yes, help } };
  });
}
