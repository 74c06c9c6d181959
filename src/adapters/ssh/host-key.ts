// Whether the key a host shows is the one we know. Never learns a key: an unknown one is refused.

import { createHash } from "node:crypto";
import type { ServerHostKeyAlgorithm } from "ssh2";
import type { HostTrouble } from "../../ports/fleet.ts";
import type { KnownKey } from "./known-hosts.ts";

export interface KeyRefusal {
  trouble: Extract<HostTrouble, "unknownHostKey" | "wrongHostKey">;
  detail: string;
}

const allTypes: ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

/** Types whose keys we know come first: a host that has several keys must show the one that can be checked. */
export function preferredTypes(known: KnownKey[]): ServerHostKeyAlgorithm[] {
  const types = new Set(known.filter((key) => key.mark === "key").map((key) => key.type));
  const isKnown = (type: string) => types.has(type.startsWith("rsa-") ? "ssh-rsa" : type);
  return [...allTypes.filter(isKnown), ...allTypes.filter((type) => !isKnown(type))];
}

/** null when `shown` is a key of this host. `files` are named in the answer to a person. */
export function refuseKey(shown: Buffer, known: KnownKey[], files: string[]): KeyRefusal | null {
  const what = `${typeOf(shown)} key ${fingerprint(shown)}`;
  const revoked = known.find((key) => key.mark === "revoked" && key.blob.equals(shown));
  if (revoked) return { trouble: "wrongHostKey", detail: `the host shows the ${what}, revoked in ${revoked.where}` };
  const keys = known.filter((key) => key.mark === "key");
  if (keys.some((key) => key.blob.equals(shown))) return null;
  const first = keys.find((key) => key.type === typeOf(shown)) ?? keys[0];
  if (first) {
    const expected = `${first.type} key ${fingerprint(first.blob)}`;
    return { trouble: "wrongHostKey", detail: `the host shows the ${what}, but ${first.where} says ${expected}` };
  }
  const where = files.length > 0 ? files.join(", ") : "any known_hosts file, none is configured";
  const signed = known.some((key) => key.mark === "authority") ? "; host certificates are not supported" : "";
  return { trouble: "unknownHostKey", detail: `the host shows the ${what}, which is not in ${where}${signed}` };
}

export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** A key's blob begins with the length and the name of its type. */
function typeOf(blob: Buffer): string {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  return length > 0 && length <= 64 ? blob.subarray(4, 4 + length).toString("latin1") : "unreadable";
}
