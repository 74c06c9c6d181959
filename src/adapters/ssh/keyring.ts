// Our own keys, from a file or an agent: read again when the file changes, and decrypted only then. Knows no host.

import { readFile, stat } from "node:fs/promises";
import ssh2, { type AnyAuthMethod, type ParsedKey } from "ssh2";
import { NoConnection } from "./trouble.ts";

export interface KeyOptions {
  /** Path of the private key; left out when an agent holds it. */
  privateKey?: string | undefined;
  passphrase?: string | undefined;
  /** Path of an agent's socket. */
  agent?: string | undefined;
}

type Opened = { ok: true; key: ParsedKey } | { ok: false; problem: string };

export class Keyring {
  readonly #options: KeyOptions;
  #last: { state: string; opened: Promise<Opened> } | null = null;

  constructor(options: KeyOptions) {
    this.#options = options;
  }

  /** What a server is offered, in this order. Rejects with `NoConnection` when there is a key and it cannot be used. */
  async methods(username: string): Promise<AnyAuthMethod[]> {
    const { privateKey, agent } = this.#options;
    const methods: AnyAuthMethod[] = [];
    if (privateKey !== undefined) {
      methods.push({ type: "publickey", username, key: await this.#key(privateKey) });
    }
    if (agent !== undefined) methods.push({ type: "agent", username, agent });
    if (methods.length === 0)
      throw new NoConnection("noLogin", "there is neither a key file nor an agent to log in with");
    return methods;
  }

  async #key(path: string): Promise<ParsedKey> {
    const state = await stat(path, { bigint: true }).catch(cannotRead(path));
    const now = `${state.ino} ${state.size} ${state.mtimeNs} ${state.ctimeNs}`;
    // Decrypting takes a third of a second of this process, also with a wrong passphrase: once per change of the file, not once per host.
    if (this.#last?.state !== now) this.#last = { state: now, opened: this.#open(path) };
    const opened = await this.#last.opened;
    if (!opened.ok) throw new NoConnection("noLogin", opened.problem);
    return opened.key;
  }

  async #open(path: string): Promise<Opened> {
    try {
      const text = await readFile(path, "utf8").catch(cannotRead(path));
      const key = privateKeyIn(text, this.#options.passphrase);
      return typeof key === "string" ? { ok: false, problem: sentenceOf(key, path) } : { ok: true, key };
    } catch (error) {
      this.#last = null; // nobody knows when it can be read again
      return { ok: false, problem: (error as Error).message };
    }
  }
}

/** `public`: that is what it is. `locked`: it is encrypted, and there is no passphrase. */
type KeyProblem = "public" | "locked" | "passphrase" | "noKey";

/** The private key in this text, or why there is none. */
export function privateKeyIn(text: string, passphrase: string | undefined): ParsedKey | KeyProblem {
  try {
    const parsed: ParsedKey | ParsedKey[] | Error = ssh2.utils.parseKey(text, passphrase);
    const key = Array.isArray(parsed) ? parsed[0] : parsed;
    if (key instanceof Error) return problemIn(key, passphrase !== undefined);
    return key?.isPrivateKey() ? key : "public";
  } catch (error) {
    return problemIn(error as Error, passphrase !== undefined);
  }
}

function cannotRead(path: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    throw new NoConnection("noLogin", `cannot read the private key ${path}: ${error.code ?? "unknown error"}`);
  };
}

function problemIn({ message }: Error, passphraseGiven: boolean): KeyProblem {
  if (/no passphrase given/i.test(message)) return "locked";
  return passphraseGiven && /passphrase|integrity|decrypt/i.test(message) ? "passphrase" : "noKey";
}

/** ssh2's own words are for programmers. */
function sentenceOf(problem: KeyProblem, path: string): string {
  return {
    public: `${path} holds a public key, and the private one is needed`,
    locked: `the private key ${path} is encrypted, and no passphrase is given for it`,
    passphrase: `the passphrase does not open the private key ${path}`,
    noKey: `${path} holds no private key that can be read`,
  }[problem];
}
