// Steady, light traffic to the demo service on all hosts. Knows no release; a host that is down just misses its requests.

import { Agent, get } from "node:http";

export interface LoadTarget {
  name: string;
  address: string;
  /** Where the demo service answers over HTTP. */
  port: number;
}

export interface Load {
  /** Requests so far, by how they ended; `failed` got no answer. */
  counts: { answered: number; failed: number };
  stop(): void;
}

const paths = [
  "/",
  "/search?q=tea",
  "/search?q=cup",
  "/search?q=Green",
  "/search?q=tin",
  "/search?q=pot",
  "/search?q=kyoto",
];
const timeoutMs = 2_000;
const inFlightAtMost = 4;

/** Starts the traffic; it goes on until it is stopped. */
export function startLoad(targets: LoadTarget[], options: { requestsPerSecondPerHost: number }): Load {
  const counts = { answered: 0, failed: 0 };
  const stops = targets.map((target) => visit(target, 1000 / options.requestsPerSecondPerHost, counts));
  return {
    counts,
    stop() {
      for (const stop of stops) stop();
    },
  };
}

function visit(target: LoadTarget, everyMs: number, counts: Load["counts"]): () => void {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlightAtMost });
  let inFlight = 0;
  let stopped = false;
  let dueAt = performance.now() + Math.random() * everyMs;
  let timer = setTimeout(next, dueAt - performance.now());

  function next(): void {
    // What a busy machine made late is made up for: people do not click less because this process was held up.
    for (const now = performance.now(); dueAt <= now; ) {
      // Uneven on purpose: hosts that are asked in step would show bursts in the metrics.
      dueAt += everyMs * (0.5 + Math.random());
      if (inFlight < inFlightAtMost) ask(paths[Math.floor(Math.random() * paths.length)] ?? "/");
    }
    timer = setTimeout(next, dueAt - performance.now());
  }

  function ask(path: string): void {
    inFlight += 1;
    const request = get({ agent, host: target.address, port: target.port, path, timeout: timeoutMs }, (response) => {
      response.resume();
      response.once("end", () => {
        counts.answered += 1;
      });
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => {
      if (!stopped) counts.failed += 1;
    });
    request.once("close", () => {
      inFlight -= 1;
    });
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
    agent.destroy();
  };
}
