// The parts of ssh2 that it does not document and that there is no other way to: gathered here, so that a test tells when a new version has changed them.
// Knows no host, and believes nobody: what is done to an exchange of keys only lets ssh2 check its signature.

import type { Client } from "ssh2";
import { isCertificate, readCertificate } from "./host-certificate.ts";
import { typeOf } from "./wire-format.ts";

interface Exchange {
  negotiated: { serverHostKey: string };
  _hostKey?: Buffer | undefined;
}

type Offer = { lists: Record<string, unknown> };

interface Inside {
  _protocol?: { ping?(): void; _offer?: Offer; _kex?: Exchange };
  _callbacks?: (() => void)[];
}

/** Asks the other side for a sign of life, as ssh2's own keepalive does; that one cannot be changed once a connection is open. */
export function ping(client: Client): void {
  const { _protocol: protocol, _callbacks: callbacks } = client as unknown as Inside;
  if (!protocol?.ping || !callbacks) throw new Error("this version of ssh2 cannot be asked to ping");
  callbacks.push(() => {}); // answers come in the order of the questions
  protocol.ping();
}

/**
 * Asks the host for a key of one of these types, host certificates included, which ssh2 does not know. To be called right after `connect`. The host verifier
 * then sees the certificate, and has to judge it; the signature of the exchange is checked by ssh2 with the key in it. False when this version of ssh2 is
 * made differently: then certificates are not asked for.
 */
export function askForHostKeys(client: Client, types: readonly string[]): boolean {
  const protocol = (client as unknown as Inside)._protocol;
  const offer = protocol?._offer;
  if (!protocol || !offer?.lists?.kex || !("serverHostKey" in offer.lists)) return false;
  const Offering = offer.constructor as new (lists: object) => Offer;
  protocol._offer = new Offering({ ...arraysIn(offer.lists), serverHostKey: types });
  let current = protocol._kex;
  Object.defineProperty(protocol, "_kex", {
    get: () => current,
    set(next: Exchange | undefined) {
      current = next;
      if (next && isCertificate(next.negotiated.serverHostKey)) takeCertificate(next);
    },
  });
  return true;
}

/** From what an offer holds back to what it is made of. */
function arraysIn(lists: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(lists)
      .filter(([name]) => name !== "all")
      .map(([name, entry]) => {
        const { array } = entry as { array?: string[] };
        return [name, array ?? arraysIn(entry as Record<string, unknown>)];
      }),
  );
}

/**
 * What is signed holds the certificate; what it is signed with is the key in it. ssh2 asks for the former first. Should that change, no signature fits
 * any more: whatever happens here, a host that does not have the key is never let through.
 */
function takeCertificate(exchange: Exchange): void {
  const { negotiated } = exchange;
  const signatureType = negotiated.serverHostKey.replace(/-cert-v01@openssh\.com$/, "");
  // An RSA key is of one type, whatever it signs with.
  if (signatureType.startsWith("rsa-")) negotiated.serverHostKey = "ssh-rsa-cert-v01@openssh.com";
  let shown: Buffer | undefined;
  let askedFor = 0;
  Object.defineProperty(exchange, "_hostKey", {
    set(blob: Buffer | undefined) {
      shown = blob;
      askedFor = 0;
      negotiated.serverHostKey = signatureType;
    },
    get() {
      askedFor += 1;
      if (!shown || askedFor === 1 || !isCertificate(typeOf(shown))) return shown;
      return readCertificate(shown)?.key ?? shown;
    },
  });
}
