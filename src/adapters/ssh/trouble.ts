// Why no connection came about, in the words of the port. Knows the errors of sockets and of ssh2, and no host.

import type { HostTrouble } from "../../ports/fleet.ts";

/** A connection that could not be made, or an operation that cannot begin. */
export class NoConnection extends Error {
  override name = "NoConnection";
  readonly trouble: HostTrouble;

  constructor(trouble: HostTrouble, detail: string) {
    super(detail);
    this.trouble = trouble;
  }
}

type SshError = Error & { code?: string | number; level?: string };

const bySocketCode: Record<string, HostTrouble> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "refused",
  EPIPE: "refused",
  ETIMEDOUT: "unreachable",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  EHOSTDOWN: "unreachable",
  ENOTFOUND: "unreachable",
  EAI_AGAIN: "unreachable",
  EADDRNOTAVAIL: "unreachable",
};

/** `greeting` is what the other side said first; an SSH server says its version before anything else. */
export function explainFailure(error: SshError, greeting: string): NoConnection {
  if (error instanceof NoConnection) return error;
  if (error.level === "client-authentication" || error.level === "agent") {
    return new NoConnection("noLogin", `the host accepts none of our keys for this user`);
  }
  const stranger = strangerIn(greeting);
  if (stranger) return stranger;
  const bySocket = typeof error.code === "string" ? bySocketCode[error.code] : undefined;
  if (bySocket) return new NoConnection(bySocket, `${error.code}: ${error.message}`);
  if (/private ?key|passphrase/i.test(error.message)) return new NoConnection("noLogin", error.message);
  return new NoConnection("refused", `the host ended the connection: ${error.message}`);
}

/** What to say when time ran out. */
export function explainSilence(greeting: string, timeoutMs: number): NoConnection {
  return strangerIn(greeting) ?? new NoConnection("unreachable", `no answer within ${timeoutMs} ms`);
}

function strangerIn(greeting: string): NoConnection | null {
  if (greeting === "" || /^SSH-/m.test(greeting)) return null;
  // OpenSSH turns surplus callers away in plain words.
  if (/^(Exceeded MaxStartups|Not allowed at this time)/.test(greeting))
    return new NoConnection("refused", firstLine(greeting));
  return new NoConnection(
    "notSsh",
    `instead of an SSH server something answers with ${JSON.stringify(firstLine(greeting))}`,
  );
}

function firstLine(text: string): string {
  return (text.split(/\r?\n/)[0] ?? "").slice(0, 80);
}
