// Numbers and strings as SSH packs them (RFC 4251), and public keys in that form. Knows what a key is made of, and no host.

import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";

/** Reads from the front; throws when there is not enough left. */
export class Unpacking {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  bytes(): Buffer {
    return this.#take(this.uint32());
  }

  text(): string {
    return this.bytes().toString("utf8");
  }

  uint32(): number {
    return this.#take(4).readUInt32BE();
  }

  uint64(): bigint {
    return this.#take(8).readBigUInt64BE();
  }

  #take(count: number): Buffer {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw new Error("cut short");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

export function packed(...parts: (Buffer | string)[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part as Buffer);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** A key's blob begins with the name of its type. */
export function typeOf(blob: Buffer): string {
  try {
    return new Unpacking(blob).text();
  } catch {
    return "unreadable";
  }
}

/** How many packed parts follow the type's name in a key of this type. */
export const partsOfKey: Record<string, number> = {
  "ssh-ed25519": 1,
  "ssh-rsa": 2,
  "ecdsa-sha2-nistp256": 2,
  "ecdsa-sha2-nistp384": 2,
  "ecdsa-sha2-nistp521": 2,
};

interface Curve {
  name: string;
  hash: string;
  /** Bytes of a coordinate. */
  width: number;
}

const curves: Record<string, Curve> = {
  "ecdsa-sha2-nistp256": { name: "P-256", hash: "sha256", width: 32 },
  "ecdsa-sha2-nistp384": { name: "P-384", hash: "sha384", width: 48 },
  "ecdsa-sha2-nistp521": { name: "P-521", hash: "sha512", width: 66 },
};

export function curveOf(type: string): Curve | undefined {
  return curves[type];
}

/** Throws when the blob holds no key of a type that is known here. */
export function keyOf(blob: Buffer): KeyObject {
  return createPublicKey({ key: jwkOf(new Unpacking(blob)), format: "jwk" });
}

function jwkOf(key: Unpacking): JsonWebKey {
  const type = key.text();
  if (type === "ssh-ed25519") return { kty: "OKP", crv: "Ed25519", x: key.bytes().toString("base64url") };
  if (type === "ssh-rsa") {
    const [e, n] = [key.bytes(), key.bytes()];
    return { kty: "RSA", e: e.toString("base64url"), n: withoutSign(n).toString("base64url") };
  }
  const curve = curveOf(type);
  if (!curve) throw new Error(`an unknown type of key: ${type}`);
  key.bytes(); // the curve's name once more
  const point = key.bytes();
  const { width } = curve;
  if (point[0] !== 4 || point.length !== 1 + 2 * width) throw new Error("not a point of the curve");
  const [x, y] = [point.subarray(1, 1 + width), point.subarray(1 + width)];
  return { kty: "EC", crv: curve.name, x: x.toString("base64url"), y: y.toString("base64url") };
}

/** A number whose first bit is set has a zero before it, to say that it is not negative. */
export function withoutSign(number: Buffer): Buffer {
  return number[0] === 0 ? number.subarray(1) : number;
}
