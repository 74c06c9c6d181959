// The same release to 50 to 500 servers by Lockstep and by others, a way back on open connections, and how long others wait for the bot meanwhile, in one run.

import { randomBytes } from "node:crypto";
import { makeArchive } from "../test/support/archive.ts";
import type { Around, Measured } from "./support/client.ts";
import { type FleetClient, fleetClients, warmClients, watchedClients } from "./support/fleet-clients.ts";
import { readOptions } from "./support/options.ts";
import { printTable } from "./support/rounds.ts";
import { OLD_RELEASE } from "./support/servers.ts";
import { openStage } from "./support/stage.ts";
import { newTask, writeTask } from "./support/task.ts";
import { median, type Turn, takeTurns } from "./support/turns.ts";
import { askForPage } from "./support/watched-loop.ts";

const heads = ["client CPU s", "servers' CPU s", "peak MB", "processes per host"];
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

/** One run of a client on the first `hosts`. */
function turnOf({ name, leaves = "new", start }: FleetClient, hosts: number): Turn {
  return {
    name,
    async prepare() {
      await servers.reset(hosts);
      const task = await newTask(hosts, { servers, archive, directory, atOnce: options.atOnce });
      const client = start(task, await writeTask(task));
      const check = async () => {
        if (leaves !== "whatever") await servers.demand(hosts, leaves === "old" ? OLD_RELEASE : task.release);
      };
      return { client: profiled(client), around: aroundOf(hosts), check };
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
  const perHost = new Map<number, number>();
  for (const hosts of options.hosts) {
    const turns = clients.filter(({ mostHosts = most }) => hosts <= mostHosts).map((client) => turnOf(client, hosts));
    const measured = await takeTurns(turns, options.rounds);
    const limits = clients.flatMap(({ id, name }) => (id === "c" ? wallOf(measured.get(name)) : []));
    printMeasured(measured, {
      title: `64 KiB to ${hosts} hosts`,
      hosts,
      than: "the limit",
      limit: Math.min(...limits),
    });
    perHost.set(hosts, (1_000 * wallOf(measured.get("Lockstep"))) / hosts);
  }
  console.log("\ngoals: at 200 hosts at most 1.35 of the limit, ahead of all others, at most 60 MB");
  if (!options.wants("lockstep")) return;
  const each = [...perHost].map(([hosts, ms]) => `${ms.toFixed(1)} ms of ${hosts}`);
  console.log(`goal: Lockstep's time for each host stays as it is up to 500: ${each.join(", ")}`);
}

/** `limit`: the seconds that all are compared with; not a finite number when nobody took part who tells. */
interface Table {
  title: string;
  hosts: number;
  than: string;
  limit: number;
}

function printMeasured(measured: Map<string, Measured[]>, { title, hosts, than, limit }: Table): void {
  const rows = [...measured].map(([name, runs]) => [
    name,
    wallOf(runs).toFixed(2),
    Number.isFinite(limit) ? (wallOf(runs) / limit).toFixed(2) : "",
    median(runs, ({ clientCpu }) => clientCpu).toFixed(2),
    median(runs, ({ serverCpu }) => serverCpu).toFixed(2),
    median(runs, ({ peakMb }) => peakMb).toFixed(1),
    median(runs, ({ processes }) => processes / hosts).toFixed(1),
  ]);
  console.log("");
  printTable([[title, "wall s", `of ${than}`, ...heads], ...rows]);
}

function wallOf(runs: Measured[] = []): number {
  return median(runs, ({ seconds }) => seconds);
}

async function printWarm(): Promise<void> {
  const clients = await present(warmClients);
  const turns = clients.map((client) => turnOf(client, most));
  const measured = await takeTurns(turns, options.rounds);
  const limit = wallOf(measured.get(clients.find(({ id }) => id === "ssh2")?.name ?? ""));
  printMeasured(measured, { title: `on ${most} open connections`, hosts: most, than: "bare ssh2", limit });
  console.log("goal: at most 1.5 of bare ssh2");
}

async function printLoop(): Promise<void> {
  const hosts = Math.min(200, most);
  const turns = watchedClients.map((client) => turnOf(client, hosts));
  const measured = await takeTurns(options.wants("lockstep") ? turns : [], options.rounds);
  console.log("");
  const rows = [...measured].map(([name, runs]) => [name, ...delays(runs, "loop"), ...delays(runs, "page")]);
  printTable([[`ms, ${hosts} hosts`, "loop p50", "p99", "max", "a page p50", "p99", "max"], ...rows]);
  console.log("goal: p99 below 50 ms");
}

function delays(runs: Measured[], which: "loop" | "page"): string[] {
  return (["p50", "p99", "max"] as const).map((part) =>
    median(runs, ({ told }) => (told[which] as Record<string, number> | undefined)?.[part] ?? Number.NaN).toFixed(1),
  );
}
