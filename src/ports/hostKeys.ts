// The keys that hosts show, for the one command that may learn them. Everything else only compares.

import type { Host } from "../deploy/order.ts";
import type { HostTrouble } from "./fleet.ts";

export interface HostKey {
  /** Such as `ssh-ed25519`. */
  type: string;
  /** As in known_hosts, in base64. */
  encoded: string;
  /** As `ssh-keygen -lf` says it: `SHA256:…`. */
  fingerprint: string;
}

export type KeyLook =
  | { is: "known" }
  /** In no file; the host has proved that it holds it. */
  | { is: "unknown"; key: HostKey }
  /** Another one than the files say, or a revoked one. */
  | { is: "changed"; detail: string }
  | { is: "unreached"; trouble: HostTrouble; detail: string };

export interface HostKeys {
  /** Asks the host for its key and never logs in to it; to its gateway it does, whose key must be known. Never rejects for what a host does. */
  look(host: Host, signal: AbortSignal): Promise<KeyLook>;
  /** Adds them to the file of this path, all or none. Rejects with the reason in words. */
  trust(path: string, shown: readonly { host: Host; key: HostKey }[]): Promise<void>;
  /** Ends all connections. */
  close(): Promise<void>;
}
