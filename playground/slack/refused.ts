// A "no" as the Web API says it: HTTP 200 with `ok: false` and a word.

import type { Fields } from "./json.ts";

export class Refused extends Error {
  readonly error: string;
  /** Further fields of the answer, such as `needed` and `provided`. */
  readonly more: Fields;

  constructor(error: string, more: Fields = {}) {
    super(error);
    this.error = error;
    this.more = more;
  }
}

/** The answer to arguments that break Slack's rules, with every mistake and where it is. */
export function refusedFor(error: string, mistakes: string[]): Refused {
  return new Refused(error, {
    errors: mistakes,
    response_metadata: { messages: mistakes.map((one) => `[ERROR] ${one}`) },
  });
}
