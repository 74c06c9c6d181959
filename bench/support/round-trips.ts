// Counts what Redis is asked for, as Redis itself tells (MONITOR): commands inside a script are none of the client's requests.

import { createClient } from "redis";
import type { Variant } from "./rounds.ts";

const PAIRS = 20;

/** Requests for each acquire or release. Those that wait for news are told apart: nobody waits for their answers. */
export async function roundTrips(url: string, { pair }: Variant): Promise<{ perOperation: number; waiting: number }> {
  const [monitor, marker] = await Promise.all([createClient({ url }).connect(), createClient({ url }).connect()]);
  await pair("counted");
  const seen: string[] = [];
  const over = new Promise<void>((resolve) => {
    void monitor.monitor((line) => {
      const [, source = "", command = ""] = /\[\d+ (\S+)\] "(\w+)"/.exec(String(line)) ?? [];
      if (command === "ECHO") resolve();
      if (source !== "lua") seen.push(command.toUpperCase());
    });
  });
  await marker.ping();
  for (let i = 0; i < PAIRS; i += 1) await pair("counted");
  await marker.echo("over");
  await over;
  monitor.destroy();
  marker.destroy();
  const waiting = seen.filter((command) => command === "XREAD").length;
  const others = ["XREAD", "PING", "ECHO", "MONITOR", "HELLO", "CLIENT", "SCRIPT"];
  const asked = seen.filter((command) => !others.includes(command)).length;
  return { perOperation: asked / (2 * PAIRS), waiting: waiting / (2 * PAIRS) };
}
