// Whether the key a host shows is the one we know, or is vouched for by an authority we know. Never learns a key: an unknown one is refused.

import { createHash } from "node:crypto";
import type { HostTrouble } from "../../ports/fleet.ts";
import { type HostCertificate, isCertificate, readCertificate, wrongWithCertificate } from "./host-certificate.ts";
import type { KnownKey } from "./known-hosts.ts";
import { typeOf } from "./wire-format.ts";

export interface KeyRefusal {
  trouble: Extract<HostTrouble, "unknownHostKey" | "wrongHostKey">;
  detail: string;
}

/** What is known of the host that a key is asked about. */
export interface Known {
  /** As it is called in certificates. */
  address: string;
  keys: readonly KnownKey[];
  /** Named in the answer to a person. */
  files: readonly string[];
}

const plainTypes = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];
const certificateTypes = plainTypes.map((type) => `${type}-cert-v01@openssh.com`);

/**
 * Types whose keys we know come first: a host that has several keys must show the one that can be checked. Certificates are asked for only
 * where an authority is known.
 */
export function preferredTypes(known: readonly KnownKey[]): string[] {
  const types = new Set(known.filter((key) => key.mark === "key").map((key) => key.type));
  const isKnown = (type: string) => types.has(type.startsWith("rsa-") ? "ssh-rsa" : type);
  const certificates = known.some((key) => key.mark === "authority") ? certificateTypes : [];
  return [...certificates, ...plainTypes.filter(isKnown), ...plainTypes.filter((type) => !isKnown(type))];
}

/** null when `shown` is a key of this host. `now` in seconds since 1970. */
export function refuseKey(shown: Buffer, known: Known, now: number): KeyRefusal | null {
  if (!isCertificate(typeOf(shown))) return refusePlain(shown, known);
  const certificate = readCertificate(shown);
  if (!certificate) return { trouble: "unknownHostKey", detail: "the host shows a certificate that cannot be read" };
  return refuseCertificate(certificate, known, now);
}

/** As in OpenSSH, a certificate that does not count leaves the key that is in it, which may be known by itself. */
function refuseCertificate(certificate: HostCertificate, known: Known, now: number): KeyRefusal | null {
  const { key, authority } = certificate;
  const revoked = revocationOf(authority, known, "is signed by the");
  if (revoked) return revoked;
  const listed = known.keys.some(({ mark, blob }) => mark === "authority" && blob.equals(authority));
  const wrong = listed
    ? wrongWithCertificate(certificate, known.address, now)
    : `is signed by ${describe(authority)}, which is no authority for this host in ${filesOf(known)}`;
  const refusal = wrong === null ? revocationOf(key, known) : refusePlain(key, known);
  if (wrong === null || refusal === null) return refusal;
  return { ...refusal, detail: `${refusal.detail}; its certificate ${wrong}` };
}

function refusePlain(shown: Buffer, known: Known): KeyRefusal | null {
  const revoked = revocationOf(shown, known);
  if (revoked) return revoked;
  const keys = known.keys.filter((key) => key.mark === "key");
  if (keys.some((key) => key.blob.equals(shown))) return null;
  const own = keys.filter((key) => !key.otherPort);
  const first = own.find((key) => key.type === typeOf(shown)) ?? own[0];
  if (first) {
    const expected = `${first.type} key ${fingerprint(first.blob)}`;
    return {
      trouble: "wrongHostKey",
      detail: `the host shows the ${describe(shown)}, but ${first.where} says ${expected}`,
    };
  }
  const detail = `the host shows the ${describe(shown)}, which is not in ${filesOf(known)}`;
  return { trouble: "unknownHostKey", detail };
}

function revocationOf(shown: Buffer, { keys }: Known, how = "shows the"): KeyRefusal | null {
  const revoked = keys.find((key) => key.mark === "revoked" && key.blob.equals(shown));
  if (!revoked) return null;
  return { trouble: "wrongHostKey", detail: `the host ${how} ${describe(shown)}, revoked in ${revoked.where}` };
}

function filesOf({ files }: Known): string {
  return files.length > 0 ? files.join(", ") : "any known_hosts file, none is configured";
}

function describe(blob: Buffer): string {
  return `${typeOf(blob)} key ${fingerprint(blob)}`;
}

/** As `ssh-keygen -lf` says it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}
