// Looks at the keys that hosts show, and writes them down when it is told to: the only place that ever adds to known_hosts. Asks nobody by itself.

import { mkdir, open, readFile, realpath, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Host } from "../../deploy/order.ts";
import type { HostKey, HostKeys, KeyLook } from "../../ports/hostKeys.ts";
import { Dialling, type DialOptions } from "./dialling.ts";
import { readCertificate } from "./host-certificate.ts";
import { fingerprint, type KeyRefusal } from "./host-key.ts";
import { Keepalive } from "./keepalive.ts";
import { NoConnection } from "./trouble.ts";
import { typeOf } from "./wire-format.ts";

const keepaliveMs = 2_000;

export function sshHostKeys(options: DialOptions): HostKeys {
  const dialling = new Dialling(options, new Keepalive(keepaliveMs));
  return {
    async look(host, signal) {
      let shown: { key: Buffer; refusal: KeyRefusal | null } | null = null;
      try {
        await dialling.look(host, signal, (key, refusal) => {
          shown = { key, refusal };
        });
      } catch (error) {
        return lookOf(error, shown);
      }
      return { is: "known" };
    },
    trust: (path, shown) => append(path, [...new Set(shown.map(({ host, key }) => lineOf(host, key)))].join("")),
    close: () => dialling.gatewaysLeft(),
  };
}

/** Only who was asked for a login has proved that the key is its own. */
function lookOf(error: unknown, shown: { key: Buffer; refusal: KeyRefusal | null } | null): KeyLook {
  if (!(error instanceof NoConnection)) throw error;
  const { trouble, message: detail } = error;
  if (!shown || trouble !== "noLogin") return { is: "unreached", trouble, detail };
  const { key, refusal } = shown;
  if (!refusal) return { is: "known" };
  if (refusal.trouble === "wrongHostKey") return { is: "changed", detail: refusal.detail };
  return { is: "unknown", key: keyOf(readCertificate(key)?.key ?? key) };
}

function keyOf(blob: Buffer): HostKey {
  return { type: typeOf(blob), encoded: blob.toString("base64"), fingerprint: fingerprint(blob) };
}

function lineOf({ address, port }: Host, { type, encoded }: HostKey): string {
  const name = address.toLowerCase();
  return `${port === 22 ? name : `[${name}]:${port}`} ${type} ${encoded}\n`;
}

/** Whoever reads the file meanwhile sees it without the new lines or with all of them. */
async function append(named: string, lines: string): Promise<void> {
  await mkdir(dirname(named), { recursive: true, mode: 0o700 });
  const path = await realpath(named).catch(unlessMissing(named));
  const old = await readFile(path, "utf8").catch(unlessMissing(""));
  const next = `${path}.lockstep-${process.pid}`;
  try {
    const file = await open(next, "wx", 0o600);
    try {
      await file.writeFile(`${old}${old === "" || old.endsWith("\n") ? "" : "\n"}${lines}`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

function unlessMissing<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return instead;
    throw error;
  };
}
