// Lists of hosts that are kept outside of the configuration. Knows no format and no host.

/** Paths are absolute. */
export type InventorySource =
  | { file: string }
  /** A shell command that prints the list; it runs in `folder` and is ended, with what it started, after `timeoutMs`. */
  | { command: string; folder: string; timeoutMs: number };

/**
 * `unreadable`: the file is not there, or not for us. `failed`: the command cannot be started or exited with something else than 0. `tooMuch`: more text than
 * any list of hosts has.
 */
export type InventoryTrouble = "unreadable" | "failed" | "timedOut" | "tooMuch";

/** `detail`: a few words for people, such as an exit code and the last line of standard error. */
export type FromInventory = { ok: true; text: string } | { ok: false; trouble: InventoryTrouble; detail: string };

/** Never rejects. What is read is read now: nothing is remembered. */
export interface Inventory {
  read(source: InventorySource, signal: AbortSignal): Promise<FromInventory>;
}
