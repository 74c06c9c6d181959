// The files that say which key belongs to which host, in OpenSSH's format. Knows no connection and trusts nothing by itself.

import { createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";

export interface KnownKey {
  /** `revoked` keys are refused wherever they turn up; an `authority` signs host certificates, which are not supported. */
  mark: "key" | "revoked" | "authority";
  /** As in the file: `ssh-ed25519`, `ssh-rsa`, ... */
  type: string;
  blob: Buffer;
  /** Where it was found: `file:line`. */
  where: string;
}

interface Line extends KnownKey {
  names: string[];
}

const marks: Record<string, KnownKey["mark"]> = { "@revoked": "revoked", "@cert-authority": "authority" };

/** Reads the files anew whenever they are asked for: an added host is known at once. A missing file is an empty one. */
export async function readKnownHosts(paths: string[]): Promise<Line[]> {
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

/** The keys of one host. On another port than 22 a line for `[host]:port` counts before one for the host alone, as in OpenSSH. */
export function keysOf(lines: Line[], address: string, port: number): KnownKey[] {
  const name = address.toLowerCase();
  if (port === 22) return lines.filter((line) => speaksOf(line.names, name));
  const exact = lines.filter((line) => speaksOf(line.names, `[${name}]:${port}`));
  const plain = lines.filter((line) => speaksOf(line.names, name));
  // A revoked key stays revoked on every port.
  return exact.some((line) => line.mark === "key")
    ? [...exact, ...plain.filter((line) => line.mark === "revoked")]
    : [...exact, ...plain];
}

function parseLine(line: string, where: string): Line | null {
  if (line === "" || line.startsWith("#")) return null;
  const fields = line.split(/\s+/);
  const mark = fields[0]?.startsWith("@") ? marks[fields.shift() ?? ""] : "key";
  const [names, type, encoded] = fields;
  if (!mark || !names || !type || !encoded) return null;
  return { mark, type, blob: Buffer.from(encoded, "base64"), where, names: names.split(",") };
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
  if (!/[*?]/.test(name)) return name.toLowerCase() === host;
  const pattern = name.toLowerCase().replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(host);
}
