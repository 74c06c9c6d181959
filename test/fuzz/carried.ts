// What a button or a form may carry when it comes back: what ours carry, with fields missing, changed, of another deploy, and things that are no value at all.

import fc from "fast-check";
import { ACTIONS } from "../../src/chat/presses/all.ts";
import { typing } from "./fuzzing.ts";

export { ACTIONS };

const any = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  typing,
  fc.constantFrom(-1, 0, 1.5, 1e308, Number.MAX_SAFE_INTEGER, "", "0", true, null, [], {}),
);
/** Mostly what it should be. */
const mostly = (...right: unknown[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: any });

const deploys = { ref: mostly("main", "1a2b3c4", "-x"), hosts: mostly(["web-01.example.com"], ["web-[01..02]"], []) };
const lasting = mostly({ forMs: 60_000 }, { forMs: 1e300 }, { until: { hour: 23, minute: 59, tomorrow: true } });
const some = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });
const wanted = fc.oneof(
  some({ kind: mostly("lock"), reason: mostly("why", "<!channel>"), lasting }),
  some({ kind: mostly("deploy"), ...deploys }),
  any,
);

const fields = {
  service: mostly("web", "mail", "nothing", "__proto__"),
  environment: mostly("production", "staging", "nothing", "constructor"),
  seen: mostly(1, 2, 3, 99),
  forMs: mostly(60_000, 3_600_000, 1e15, 0.5),
  reason: mostly("db migration"),
  wanted,
  deploys: fc.oneof(some(deploys), fc.constant(["k3v9x2"]), any),
  deploy: mostly("k3v9x2", "nothing"),
  check: mostly("jobs", "nothing"),
  words: mostly("hotfix"),
  sha: mostly("1a2b3c4", "0".repeat(40)),
  ...deploys,
};

const whole = fc
  .record(fields, { requiredKeys: ["service", "environment", "seen"] })
  .map((value) => JSON.stringify(value));
const parts = some(fields).map((value) => JSON.stringify(value));

export const carriedValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: whole },
  { weight: 2, arbitrary: parts },
  // Buttons under a deploy carry its id.
  { weight: 2, arbitrary: fc.constantFrom("k3v9x2", "other", "", "deploy/k3v9x2", "__proto__") },
  { weight: 1, arbitrary: fc.tuple(whole, fc.nat(40)).map(([text, most]) => text.slice(0, most)) },
  { weight: 1, arbitrary: typing },
);
