// The words behind `lockstep check` and `lockstep replay`, taken apart. Knows no configuration: whether there is such a service is not seen here.

import { type ParseArgsConfig, parseArgs } from "node:util";
import type { AskingMistake } from "../chat/sentences/asking.ts";

export interface CheckWords {
  service: string | undefined;
  environment: string | undefined;
  /** Null: the configured canary. */
  canary: string[] | null;
  since: string | undefined;
  version: string | undefined;
  wait: boolean;
  soft: boolean;
  json: boolean;
  help: boolean;
}

export interface ReplayWords {
  service: string | undefined;
  environment: string | undefined;
  /** How many deploys. */
  last: number;
  check: string | undefined;
  json: boolean;
  help: boolean;
}

export type Read<W> = { ok: true; words: W } | { ok: false; mistake: AskingMistake };

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
export const common = { environment: text, json: flag, help: { ...flag, short: "h" } } as const;
const checkOptions = {
  ...common,
  canary: { type: "string", multiple: true },
  since: text,
  version: text,
  wait: flag,
  soft: flag,
} as const;
const replayOptions = { ...common, last: { type: "string", default: "20" }, check: text } as const;

export function readCheckWords(args: string[]): Read<CheckWords> {
  return reading(checkOptions, () => {
    const { values, positionals } = parseArgs({ args, options: checkOptions, allowPositionals: true });
    const canary = values.canary?.flatMap((names) => names.split(",")).map((name) => name.trim());
    if (positionals.length > 1) return tooMany(positionals);
    return {
      ok: true,
      words: {
        ...{ service: positionals[0], environment: values.environment, since: values.since, version: values.version },
        ...{ wait: values.wait, soft: values.soft, json: values.json, help: values.help },
        canary: canary === undefined ? null : [...new Set(canary.filter((name) => name !== ""))],
      },
    };
  });
}

const MOST_DEPLOYS = 500;

export function readReplayWords(args: string[]): Read<ReplayWords> {
  return reading(replayOptions, () => {
    const { values, positionals } = parseArgs({ args, options: replayOptions, allowPositionals: true });
    if (positionals.length > 1) return tooMany(positionals);
    const { environment, check, json, help } = values;
    const last = Number(values.last);
    if (!/^\d+$/.test(values.last) || last < 1 || last > MOST_DEPLOYS) {
      return { ok: false, mistake: { kind: "badLast", found: values.last, most: MOST_DEPLOYS } };
    }
    return { ok: true, words: { service: positionals[0], environment, last, check, json, help } };
  });
}

export function tooMany([, ...more]: string[]): { ok: false; mistake: AskingMistake } {
  return { ok: false, mistake: { kind: "tooManyWords", words: more } };
}

/** Node's own words for a wrong option are long and beside the point: only the option's name is taken from them. */
export function reading<W>(options: NonNullable<ParseArgsConfig["options"]>, read: () => Read<W>): Read<W> {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const option = /'(?:-\w, )?(-[^' ]*)/.exec(message)?.[1] ?? "";
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
      const known = Object.keys(options).map((name) => `--${name}`);
      return { ok: false, mistake: { kind: "unknownOption", option, known } };
    }
    if (code !== "ERR_PARSE_ARGS_INVALID_OPTION_VALUE") throw error;
    const takes = options[option.replace(/^--/, "")]?.type === "string";
    return { ok: false, mistake: { kind: takes ? "valueMissing" : "noValueWanted", option } };
  }
}
