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

/** The server hung up before anything was said or done: it may be that it has too many connections that begin. Worth another try. */
export class TurnedAway extends NoConnection {
  override name = "TurnedAway";

  constructor(reason: string) {
    super("refused", reason);
  }
}

export class HungUp extends Error {
  override name = "HungUp";
}

/** What was heard of the other side. */
export interface Heard {
  /** What it said first; an SSH server says its version before anything else. */
  greeting: string;
  /** Keys have been exchanged. */
  met: boolean;
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

export function explainFailure(error: SshError, heard: Heard): NoConnection {
  if (error instanceof NoConnection) return error;
  if (error.level === "client-authentication") {
    return new NoConnection("noLogin", "the host accepts none of our keys for this user");
  }
  if (error.level === "agent") return new NoConnection("noLogin", `the SSH agent does not help: ${error.message}`);
  const stranger = strangerIn(heard.greeting);
  if (stranger) return stranger;
  if (!heard.met && hasHungUp(error)) return new TurnedAway("it hung up before keys were exchanged");
  const bySocket = typeof error.code === "string" ? bySocketCode[error.code] : undefined;
  if (bySocket) return new NoConnection(bySocket, withCode(error));
  return new NoConnection("refused", `the host ended the connection: ${error.message}`);
}

/** Sockets mostly say their code themselves. */
function withCode({ code, message }: SshError): string {
  return message.includes(`${code}`) ? message : `${code}: ${message}`;
}

function hasHungUp({ name, code, level }: SshError): boolean {
  return name === "HungUp" || code === "ECONNRESET" || code === "EPIPE" || level === "protocol";
}

/** What to say when time ran out. */
export function explainSilence({ greeting }: Heard, timeoutMs: number): NoConnection {
  return strangerIn(greeting) ?? new NoConnection("unreachable", `no answer within ${timeoutMs / 1000} s`);
}

function strangerIn(greeting: string): NoConnection | null {
  if (greeting === "" || /^SSH-/m.test(greeting)) return null;
  // OpenSSH turns surplus callers away in plain words. Those whom it punishes for what they did before are not helped by another try.
  if (/^Exceeded MaxStartups/.test(greeting)) return new TurnedAway(firstLine(greeting));
  if (/^Not allowed at this time/.test(greeting)) return new NoConnection("refused", firstLine(greeting));
  return new NoConnection(
    "notSsh",
    `instead of an SSH server something answers with ${JSON.stringify(firstLine(greeting))}`,
  );
}

function firstLine(text: string): string {
  return (text.split(/\r?\n/)[0] ?? "").slice(0, 80);
}
