// The words behind `lockstep doctor`, and which targets they mean. Pure.

import { parseArgs } from "node:util";
import type { AskingMistake } from "../chat/sentences/asking.ts";
import { common, type Read, reading, tooMany } from "../check/words.ts";
import type { Configuration } from "../config/schema.ts";
import type { Target } from "../deploy/order.ts";

export interface DoctorWords {
  service: string | undefined;
  environment: string | undefined;
  json: boolean;
  help: boolean;
}

export function readDoctorWords(args: string[]): Read<DoctorWords> {
  return reading(common, () => {
    const { values, positionals } = parseArgs({ args, options: common, allowPositionals: true });
    if (positionals.length > 1) return tooMany(positionals);
    const { environment, json, help } = values;
    return { ok: true, words: { service: positionals[0], environment, json, help } };
  });
}

export type Meant = { ok: true; targets: Target[] } | { ok: false; mistake: AskingMistake };

/** All targets when nothing was said. */
export function targetsMeant({ services }: Configuration, { service, environment }: DoctorWords): Meant {
  const known = Object.keys(services);
  if (service !== undefined && !Object.hasOwn(services, service)) {
    return { ok: false, mistake: { kind: "unknownService", service, known } };
  }
  const all = Object.entries(services)
    .filter(([name]) => service === undefined || name === service)
    .flatMap(([name, { environments }]) =>
      Object.keys(environments).map((one) => ({ service: name, environment: one })),
    );
  const targets = all.filter((one) => environment === undefined || one.environment === environment);
  if (environment === undefined || targets.length > 0) return { ok: true, targets };
  const environments = [...new Set(all.map((one) => one.environment))];
  return {
    ok: false,
    mistake:
      service === undefined
        ? { kind: "noSuchEnvironment", environment, known: environments }
        : { kind: "unknownEnvironment", service, environment, known: environments },
  };
}
