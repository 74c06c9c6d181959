// Soft checks as they are kept: when the date of one has passed, its owner is asked to decide, with the numbers of its record. Knows no rule and no words.

import { checkFact, nextSoftEnd, softEnded } from "../canary/expiry.ts";
import { softChecks } from "../config/overdue.ts";
import { UnreadableFact } from "../ports/journal.ts";
import { softEndedMessage } from "../views/expiry.ts";
import { say } from "../views/message.ts";
import type { Notice } from "../views/notices.ts";
import type { Kept } from "./keep.ts";
import type { Parts } from "./parts.ts";
import { readRecord } from "./records.ts";
import { CHECKS, parseFacts } from "./stored.ts";

export function keptChecks(parts: Parts): Kept {
  const { clock, journal } = parts;
  const { configuration } = parts.settings;
  const checks = softChecks(configuration);
  const read = async (after = 0) => parseFacts(CHECKS, await journal.read(CHECKS, after), checkFact);

  /** Of this check, wherever the service has a canary. */
  async function recordsOf(service: string, check: string) {
    const places = Object.entries(configuration.services[service]?.environments ?? {});
    const found = [];
    for (const [environment] of places.filter(([, { canary }]) => canary !== "none")) {
      const record = await readRecord(parts, { service, environment }).catch(withoutNumbers);
      const one = record?.checks.find((one) => one.check === check);
      if (one) found.push({ environment, record: one });
    }
    return found;
  }

  /** A history that cannot be read is no reason to leave the owner without the question. */
  function withoutNumbers(error: unknown): null {
    if (!(error instanceof UnreadableFact)) throw error;
    parts.log.warn("the record of a check cannot be read; its owner is asked without it", { detail: error.message });
    return null;
  }

  return {
    stream: CHECKS,
    async attend() {
      const facts = await read();
      const ended = softEnded(checks, facts, clock.now());
      if (ended.length === 0) return nextSoftEnd(checks, clock.now());
      // Moved on in between: the next turn looks again.
      await journal.append([{ stream: CHECKS, expected: facts.length, facts: ended }]);
      return "done";
    },
    async told(after) {
      const facts = await read(after);
      const notices = facts.map(async (fact, i): Promise<Notice> => {
        const message = softEndedMessage(fact, await recordsOf(fact.service, fact.check));
        return { key: `${after + i + 1}`, to: fact.owner, message };
      });
      return { notices: await Promise.all(notices), version: after + facts.length };
    },
    standing: async () => [],
    closed: async () => say([]),
  };
}
