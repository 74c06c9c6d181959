// An OpenSSH host certificate: what it says, and why it may not be believed. Knows no file and no connection.

import { verify } from "node:crypto";
import { curveOf, keyOf, packed, partsOfKey, Unpacking, withoutSign } from "./wire-format.ts";

const suffix = "-cert-v01@openssh.com";

export interface HostCertificate {
  /** The key that it is about, as a plain one. */
  key: Buffer;
  forHosts: boolean;
  /** Names of the hosts. */
  principals: string[];
  /** Seconds since 1970. */
  validAfter: bigint;
  validBefore: bigint;
  /** Names of what must be understood. */
  critical: string[];
  /** The key that has signed it. */
  authority: Buffer;
  signature: Buffer;
  signed: Buffer;
}

export function isCertificate(type: string): boolean {
  return type.endsWith(suffix);
}

/** Null when it cannot be read. */
export function readCertificate(blob: Buffer): HostCertificate | null {
  try {
    const from = new Unpacking(blob);
    const type = from.text().slice(0, -suffix.length);
    from.bytes(); // a nonce
    const parts = Array.from({ length: partsOfKey[type] ?? Number.NaN }, () => from.bytes());
    from.uint64(); // a serial number
    const forHosts = from.uint32() === 2;
    from.bytes(); // a name for logs
    const principals = namesIn(from.bytes());
    const [validAfter, validBefore] = [from.uint64(), from.uint64()];
    const critical = pairsIn(from.bytes());
    from.bytes(); // extensions: may be unknown
    from.bytes(); // reserved
    const authority = from.bytes();
    const signed = blob.subarray(0, from.at);
    const signature = from.bytes();
    if (!from.done || parts.length === 0) return null;
    const key = packed(type, ...parts);
    return { key, forHosts, principals, validAfter, validBefore, critical, authority, signature, signed };
  } catch {
    return null;
  }
}

function namesIn(list: Buffer): string[] {
  const from = new Unpacking(list);
  const names: string[] = [];
  while (!from.done) names.push(from.text());
  return names;
}

function pairsIn(list: Buffer): string[] {
  return namesIn(list).filter((_, index) => index % 2 === 0);
}

/** Why it says nothing about the host of this name at this time (in seconds since 1970); null when it does. That its authority is one of ours is not seen here. */
export function wrongWithCertificate(certificate: HostCertificate, name: string, now: number): string | null {
  const { forHosts, principals, validAfter, validBefore, critical } = certificate;
  if (!forHosts) return "is for users, not for hosts";
  if (!isSigned(certificate)) return "has a signature that is not its authority's";
  if (BigInt(now) < validAfter) return `is valid only from ${dateOf(validAfter)}`;
  if (BigInt(now) >= validBefore) return `was valid until ${dateOf(validBefore)}`;
  if (critical.length > 0) return `demands what is unknown here: ${critical.join(", ")}`;
  if (principals.includes(name.toLowerCase())) return null;
  return `is for ${principals.join(", ") || "no host"}, not for ${name}`;
}

function dateOf(seconds: bigint): string {
  const ms = Number(seconds) * 1_000;
  return ms < 8.64e15 ? new Date(ms).toISOString() : "the end of time";
}

function isSigned({ authority, signature, signed }: HostCertificate): boolean {
  try {
    const from = new Unpacking(signature);
    const algorithm = from.text();
    const value = from.bytes();
    const type = new Unpacking(authority).text();
    const key = keyOf(authority);
    if (type === "ssh-rsa") {
      const hash = { "rsa-sha2-256": "sha256", "rsa-sha2-512": "sha512" }[algorithm];
      return hash !== undefined && verify(hash, signed, key, value);
    }
    if (algorithm !== type) return false;
    const curve = curveOf(type);
    if (!curve) return verify(null, signed, key, value);
    const numbers = new Unpacking(value);
    const [r, s] = [padded(numbers.bytes(), curve.width), padded(numbers.bytes(), curve.width)];
    return verify(curve.hash, signed, { key, dsaEncoding: "ieee-p1363" }, Buffer.concat([r, s]));
  } catch {
    return false;
  }
}

function padded(number: Buffer, width: number): Buffer {
  const bare = withoutSign(number);
  return Buffer.concat([Buffer.alloc(Math.max(0, width - bare.length)), bare]);
}
