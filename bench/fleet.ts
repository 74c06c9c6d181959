// The same release to 50 to 500 servers by Lockstep and by others, a way back on open connections, and how long others wait for the bot meanwhile, in one run.

import { randomBytes } from "node:crypto";
import { makeArchive } from "../test/support/archive.ts";
import type { Around, Measured } from "./support/client.ts";
import { type FleetClient, fleetClients, warmClients, watchedClients } from "./support/fleet-clients.ts";
import { readOptions } from "./support/options.ts";
import { printTable } from "./support/rounds.ts";
import { openStage } from "./support/stage.ts";
import { newTask, writeTask } from "./support/task.ts";
import { median, type Turn, takeTurns } from "./support/turns.ts";
import { askForPage } from "./support/watched-loop.ts";

const options = readOptions({ hosts: "50,100,200,500", parts: "cold,warm,loop" });
const most = Math.max(...options.hosts);
const { servers, directory } = await openStage(most);
/** 64 KiB that cannot be made smaller. */
const files = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`app/file-${i}`, randomBytes(4_096)]));
const archive = await makeArchive(directory, files);

if (options.runs("cold")) await printCold();
if (options.runs("warm")) await printWarm();
if (options.runs("loop")) await printLoop();
process.exit();

/** One run of a client on the first `hosts`; `check` is given what it was told to bring. */
function turnOf(one: FleetClient, hosts: number, check: (release: string) => Promise<void>): Turn {
  return {
    name: one.name,
    async prepare() {
      await servers.reset(hosts);
      const task = await newTask(hosts, { servers, archive, directory, atOnce: options.atOnce });
      const client = one.start(task, await writeTask(task));
      return { client: profiled(client), around: aroundOf(hosts), check: () => check(task.release) };
    },
  };
}

function profiled(client: ReturnType<FleetClient["start"]>) {
  const { profile } = options;
  if (profile === undefined || client.command !== process.execPath) return client;
  return { ...client, args: ["--cpu-prof", `--cpu-prof-dir=${profile}`, ...client.args] };
}

function aroundOf(hosts: number): Around {
  return {
    serverCpu: () => servers.cpuSeconds(hosts),
    settle: () => servers.untilQuiet(),
    meanwhile: async (over, { page }) => (typeof page === "number" ? askForPage(page, over) : null),
  };
}

async function present(clients: FleetClient[]): Promise<FleetClient[]> {
  const here: FleetClient[] = [];
  for (const client of clients) {
    if (!options.wants(client.id)) continue;
    const missing = await client.missing();
    if (missing === null) here.push(client);
    else console.log(`${client.name} is left out; to have it: ${missing}`);
  }
  return here;
}

async function printCold(): Promise<void> {
  const clients = await present(fleetClients(directory));
  const lockstepBy = new Map<number, number>();
  for (const hosts of options.hosts) {
    const turns = clients
      .filter(({ mostHosts = most }) => hosts <= mostHosts)
      .map((client) => turnOf(client, hosts, (release) => servers.demand(hosts, release)));
    const measured = await takeTurns(turns, options.rounds);
    const limit = measured.get(clients.find(({ id }) => id === "c")?.name ?? "");
    const heads = ["wall s", "of the limit", "client CPU s", "servers' CPU s", "peak MB", "processes per host"];
    console.log("");
    const rows = [...measured].map(([name, runs]) => [name, ...coldCells(runs, limit ?? []), perHost(runs, hosts)]);
    printTable([[`64 KiB to ${hosts} hosts`, ...heads], ...rows]);
    const own = measured.get("Lockstep");
    if (own)
      lockstepBy.set(
        hosts,
        median(own, ({ seconds }) => seconds),
      );
  }
  printGrowth(lockstepBy);
}

function coldCells(runs: Measured[], limit: Measured[]): string[] {
  const wall = median(runs, ({ seconds }) => seconds);
  const ratio = wall / median(limit, ({ seconds }) => seconds);
  return [
    wall.toFixed(2),
    Number.isNaN(ratio) ? "" : ratio.toFixed(2),
    median(runs, ({ clientCpu }) => clientCpu).toFixed(2),
    median(runs, ({ serverCpu }) => serverCpu).toFixed(2),
    median(runs, ({ peakMb }) => peakMb).toFixed(1),
  ];
}

function perHost(runs: Measured[], hosts: number): string {
  return (median(runs, ({ processes }) => processes) / hosts).toFixed(1);
}

function printGrowth(seconds: Map<number, number>): void {
  if (seconds.size === 0) return;
  console.log(
    "\ngoals: at 200 hosts at most 1.35 of the limit, ahead of all others, at most 60 MB, and the same time for each host up to 500",
  );
  const each = [...seconds].map(([hosts, wall]) => `${hosts}: ${((1_000 * wall) / hosts).toFixed(1)} ms`);
  console.log(`Lockstep's time for each of so many hosts: ${each.join(", ")}`);
}

async function printWarm(): Promise<void> {
  const clients = await present(warmClients);
  const turns = clients.map((client) => turnOf(client, most, async () => {}));
  const measured = await takeTurns(turns, options.rounds);
  const bare = measured.get(clients.find(({ id }) => id === "ssh2")?.name ?? "") ?? [];
  const heads = ["wall s", "of bare ssh2", "client CPU s", "servers' CPU s", "peak MB", "processes per host"];
  console.log("");
  const rows = [...measured].map(([name, runs]) => [name, ...coldCells(runs, bare), perHost(runs, most)]);
  printTable([[`on ${most} open connections`, ...heads], ...rows]);
  console.log("goal: at most 1.5 of bare ssh2");
}

async function printLoop(): Promise<void> {
  const hosts = Math.min(200, most);
  const turns = watchedClients.map((client) => turnOf(client, hosts, async () => {}));
  const measured = await takeTurns(options.wants("lockstep") ? turns : [], options.rounds);
  console.log("");
  const heads = ["", "loop p50", "p99", "max", "a page p50", "p99", "max"];
  const rows = [...measured].map(([name, runs]) => [name, ...delays(runs, "loop"), ...delays(runs, "page")]);
  printTable([heads.with(0, `ms, ${hosts} hosts`), ...rows]);
  console.log("goal: p99 below 50 ms");
}

function delays(runs: Measured[], which: "loop" | "page"): string[] {
  return (["p50", "p99", "max"] as const).map((part) =>
    median(runs, ({ told }) => (told[which] as Record<string, number> | undefined)?.[part] ?? Number.NaN).toFixed(1),
  );
}
