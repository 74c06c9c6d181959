// One bot of the chaos run: the real program as a process of its own, started again whenever it has ended. Knows no fault but what a process can be done to.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../bin/lockstep.js", import.meta.url));
const READY = '"msg":"ready"';

/** How a process ended that nobody had ended. */
export interface Fallen {
  bot: string;
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Whether it had been ready before. */
  wasReady: boolean;
}

export class BotProcess {
  readonly name: string;
  readonly logFile: string;
  readonly fallen: Fallen[] = [];
  readonly #environment: Record<string, string>;
  #child: ChildProcess | null = null;
  #readyFrom = 0;
  #ready = false;
  #wanted = false;
  #paused = false;
  #keeping: Promise<void> = Promise.resolve();
  #mostBytes = 0;
  /** A kill of ours is no fall. */
  readonly #ended = new WeakSet<ChildProcess>();

  constructor(name: string, logFile: string, environment: Record<string, string>) {
    this.name = name;
    this.logFile = logFile;
    this.#environment = environment;
  }

  /** From now on it runs, and runs again after it has ended. */
  begin(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#keeping = this.#keep();
  }

  get isReady(): boolean {
    return this.#child !== null && !hasEnded(this.#child) && !this.#paused && this.#wasReady();
  }

  #wasReady(): boolean {
    this.#ready ||= readFileSync(this.logFile).subarray(this.#readyFrom).includes(READY);
    return this.#ready;
  }

  /** The highest resident memory that was seen, in bytes. */
  get mostBytes(): number {
    return this.#mostBytes;
  }

  signal(name: NodeJS.Signals): void {
    const child = this.#child;
    if (child === null || hasEnded(child)) return;
    if (name === "SIGSTOP") this.#paused = true;
    else if (name === "SIGCONT") this.#paused = false;
    else this.#ended.add(child);
    child.kill(name);
  }

  /** Ends it for good, by SIGTERM unless said otherwise; resolves with how many ms that took. */
  async end(name: NodeJS.Signals = "SIGTERM"): Promise<number> {
    this.#wanted = false;
    const from = Date.now();
    this.signal("SIGCONT");
    this.signal(name);
    await this.#keeping;
    return Date.now() - from;
  }

  measure(): void {
    if (this.#child?.pid === undefined) return;
    try {
      const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#child.pid}/status`, "utf8")) ?? [];
      this.#mostBytes = Math.max(this.#mostBytes, Number(kilobytes ?? 0) * 1024);
    } catch {
      // It has just ended, or this system shows no processes.
    }
  }

  async #keep(): Promise<void> {
    while (this.#wanted) {
      const child = this.#launch();
      const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
      this.#paused = false;
      if (!this.#ended.has(child)) {
        this.fallen.push({ bot: this.name, code, signal, wasReady: this.#wasReady() });
      }
      if (this.#wanted) await sleep(300);
    }
  }

  #launch(): ChildProcess {
    const log = openSync(this.logFile, "a");
    this.#readyFrom = statSync(this.logFile).size;
    this.#ready = false;
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn(process.execPath, [PROGRAM, "start"], {
      env: { PATH, HOME, ...this.#environment },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#child = child;
    return child;
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;
