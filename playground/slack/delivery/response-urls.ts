// Response URLs: who may answer what, five times within half an hour. Knows what was issued, not what an answer does.

import { secret } from "../names.ts";

export interface Origin {
  channel: string;
  person: string;
  /** Thread in which the answer belongs. */
  threadTs?: string;
  /** The message that was acted on; none for a command. */
  messageTs?: string;
}

interface Issued {
  origin: Origin;
  until: number;
  usesLeft: number;
}

export class ResponseUrls {
  readonly #lifetimeMs: number;
  readonly #issued = new Map<string, Issued>();

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs;
  }

  issue(origin: Origin): string {
    const id = secret(24);
    this.#issued.set(id, { origin, until: Date.now() + this.#lifetimeMs, usesLeft: 5 });
    return id;
  }

  /** Takes one use; a word for what is wrong with the URL otherwise. */
  use(id: string): Origin | "invalid_url" | "expired_url" | "used_url" {
    const issued = this.#issued.get(id);
    if (!issued) return "invalid_url";
    if (issued.until < Date.now()) return "expired_url";
    if (issued.usesLeft === 0) return "used_url";
    issued.usesLeft -= 1;
    return issued.origin;
  }
}
