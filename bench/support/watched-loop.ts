// How long whoever wants something of a process waits while it works: the delay of its event loop, and a page that answers at once, as an acknowledgement to Slack would.

import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { setPriority } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { quantile } from "./rounds.ts";

const PING_EVERY_MS = 10;

export interface WatchedLoop {
  /** What the other side has to know to ask for the page. */
  told: Record<string, unknown>;
  begin(): void;
  /** p50, p99 and the longest delay since `begin`, in ms. */
  end(): Record<string, unknown>;
}

/** Before the hosts in line for the processor, as where hosts are other machines: what is left is what the process itself does to its loop. */
export const AHEAD = "--ahead";
const AHEAD_PRIORITY = -15;

/** What is wanted stands among the arguments: `--watch-loop`, and `--ahead`. */
export async function watchLoop(args: readonly string[]): Promise<WatchedLoop> {
  if (args.includes(AHEAD)) setPriority(AHEAD_PRIORITY);
  if (!args.includes("--watch-loop")) return { told: {}, begin() {}, end: () => ({}) };
  const server = createServer((_, answer) => answer.end("ok")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const delay = monitorEventLoopDelay({ resolution: 1 });
  return {
    told: { page: (server.address() as AddressInfo).port },
    begin: () => void delay.enable(),
    end() {
      delay.disable();
      server.closeAllConnections();
      server.close();
      const ms = (ns: number) => ns / 1e6;
      return { loop: { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) } };
    },
  };
}

/** Asks for the page every 10 ms, whether the last answer is there or not, until `over` settles. */
export async function askForPage(port: number, over: Promise<unknown>): Promise<Record<string, unknown>> {
  let going = true;
  void over.finally(() => {
    going = false;
  });
  const took: number[] = [];
  const asked: Promise<void>[] = [];
  while (going) {
    asked.push(ask(port).then((ms) => void (going && took.push(ms))));
    await pause(PING_EVERY_MS);
  }
  await Promise.all(asked);
  return { page: { p50: quantile(took, 0.5), p99: quantile(took, 0.99), max: quantile(took, 1) } };
}

function ask(port: number): Promise<number> {
  const began = performance.now();
  return new Promise((resolve) => {
    const finish = () => resolve(performance.now() - began);
    const request = get({ port, host: "127.0.0.1" }, (answer) => answer.resume().once("end", finish));
    request.once("error", finish); // it closes the page when it is done
  });
}
