// The files that say which key belongs to which host, in OpenSSH's format. Knows no connection and trusts nothing by itself.

import { createHmac } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";

export interface KnownKey {
  /** `revoked` keys are refused wherever they turn up; an `authority` signs host certificates. */
  mark: "key" | "revoked" | "authority";
  /** As in the file: `ssh-ed25519`, `ssh-rsa`, ... */
  type: string;
  blob: Buffer;
  /** Where it was found: `file:line`. */
  where: string;
  /** Said of the host, but of another port than the one in question: enough to accept this key, too little to say that another one is wrong. */
  otherPort?: true;
}

interface Line {
  names: string[];
  key: KnownKey;
}

/** Most lines are found by their names; those with patterns, exceptions or hashes have to be tried one by one. */
interface Index {
  byName: Map<string, Line[]>;
  others: Line[];
  /** As they stand in the files. */
  order: Map<Line, number>;
}

const marks: Record<string, KnownKey["mark"]> = { "@revoked": "revoked", "@cert-authority": "authority" };

/** Hashed names have to be hashed anew for each host and line: not so many in one go that others wait for it. */
const sliceMs = 5;

/** Files are read again when they have changed, so an added host is known at once. A missing file is an empty one. */
export class KnownHosts {
  readonly paths: readonly string[];
  #last: { states: string; index: Promise<Index>; found: Map<string, Promise<KnownKey[]>> } | null = null;
  /** Lookups stand in line: many at once would take turns without letting anybody else have one. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(paths: readonly string[]) {
    this.paths = paths;
  }

  /** The keys of one host. Rejects when a file is there and cannot be read. */
  async keysOf(address: string, port: number): Promise<KnownKey[]> {
    const states = (await Promise.all(this.paths.map(stateOf))).join("\n");
    if (this.#last?.states !== states) {
      this.#last = { states, index: readAll(this.paths).then(indexOf), found: new Map() };
    }
    const { index, found } = this.#last;
    const name = `${address}\n${port}`;
    const keys = found.get(name) ?? this.#turn.then(async () => keysOf(await index, address, port));
    found.set(name, keys);
    this.#turn = keys.catch(() => {});
    return keys.catch((error) => {
      this.#last = null; // nobody knows when they can be read again
      throw error;
    });
  }
}

async function stateOf(path: string): Promise<string> {
  const state = await stat(path, { bigint: true }).catch(() => null);
  return state ? `${state.ino} ${state.size} ${state.mtimeNs} ${state.ctimeNs}` : "none";
}

async function readAll(paths: readonly string[]): Promise<Line[]> {
  const lines: Line[] = [];
  for (const path of paths) {
    const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw new Error(`cannot read ${path}: ${error.code ?? error.message}`);
    });
    for (const [index, line] of text.split("\n").entries()) {
      const parsed = parseLine(line.trim(), `${path}:${index + 1}`);
      if (parsed) lines.push(parsed);
    }
  }
  return lines;
}

function indexOf(lines: Line[]): Index {
  const byName = new Map<string, Line[]>();
  const others: Line[] = [];
  for (const line of lines) {
    if (line.names.some((name) => /^[!|]|[*?]/.test(name))) others.push(line);
    else for (const name of new Set(line.names)) byName.set(name, [...(byName.get(name) ?? []), line]);
  }
  return { byName, others, order: new Map(lines.map((line, at) => [line, at])) };
}

/** On another port than 22 a line for `[host]:port` counts before one for the host alone, as in OpenSSH. */
async function keysOf(index: Index, address: string, port: number): Promise<KnownKey[]> {
  const name = address.toLowerCase();
  if (port === 22) return about(index, name);
  const exact = await about(index, `[${name}]:${port}`);
  const plain = (await about(index, name)).map((key): KnownKey => ({ ...key, otherPort: true }));
  // A revoked key stays revoked on every port.
  return exact.some((line) => line.mark === "key")
    ? [...exact, ...plain.filter((line) => line.mark === "revoked")]
    : [...exact, ...plain];
}

async function about({ byName, others, order }: Index, name: string): Promise<KnownKey[]> {
  const found = [...(byName.get(name) ?? [])];
  let sliceEnds = performance.now() + sliceMs;
  for (const [at, line] of others.entries()) {
    if (speaksOf(line.names, name)) found.push(line);
    if (at % 16 === 15 && performance.now() > sliceEnds) {
      await nextTurn();
      sliceEnds = performance.now() + sliceMs;
    }
  }
  return found.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)).map(({ key }) => key);
}

function parseLine(line: string, where: string): Line | null {
  if (line === "" || line.startsWith("#")) return null;
  const fields = line.split(/\s+/);
  const mark = fields[0]?.startsWith("@") ? marks[fields.shift() ?? ""] : "key";
  const [names, type, encoded] = fields;
  if (!mark || !names || !type || !encoded) return null;
  const key: KnownKey = { mark, type, blob: Buffer.from(encoded, "base64"), where };
  // A hash is in letters of both cases.
  return { names: names.split(",").map((name) => (name.startsWith("|") ? name : name.toLowerCase())), key };
}

function speaksOf(names: string[], host: string): boolean {
  let found = false;
  for (const name of names) {
    if (name.startsWith("!")) {
      if (matches(name.slice(1), host)) return false;
    } else if (matches(name, host)) found = true;
  }
  return found;
}

function matches(name: string, host: string): boolean {
  if (name.startsWith("|")) {
    const [, version, salt = "", hash] = name.split("|");
    const ours = createHmac("sha1", Buffer.from(salt, "base64")).update(host).digest("base64");
    return version === "1" && ours === hash;
  }
  if (!/[*?]/.test(name)) return name === host;
  const pattern = name
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll(/\*+/g, ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern}$`, "s").test(host);
}
