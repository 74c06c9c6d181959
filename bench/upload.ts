// A release of 50 MB to 50 hosts by Lockstep, rsync and scp, then one in which a few files have changed; and what Lockstep needs for it with more hosts and larger releases.

import type { Measured } from "./support/client.ts";
import { readOptions } from "./support/options.ts";
import { type Content, makeReleases, type Releases } from "./support/releases.ts";
import { printTable } from "./support/rounds.ts";
import { openStage } from "./support/stage.ts";
import { newTask, writeTask } from "./support/task.ts";
import { median, type Turn, takeTurns } from "./support/turns.ts";
import { lockstepPrepare, type UploadClient, uploadClients } from "./support/upload-clients.ts";

const MEGABYTES = 50;
const heads = ["wall s", "client CPU s", "servers' CPU s", "both per host", "peak MB", "MB per host"];
/** So many hosts in the round that does not count. */
const WARM = 8;
const options = readOptions({ hosts: "50", parts: "random,text,growth" });
const most = Math.max(...options.hosts);
const { servers, directory } = await openStage(most);
const made = new Map<string, Promise<Releases>>();

for (const content of ["random", "text"] as const) if (options.runs(content)) await printContent(content);
if (options.runs("growth")) await printGrowth();
process.exit();

function releasesOf(content: Content, megabytes: number): Promise<Releases> {
  const key = `${content} ${megabytes}`;
  const releases = made.get(key) ?? makeReleases(directory, content, megabytes);
  made.set(key, releases);
  return releases;
}

async function printContent(content: Content): Promise<void> {
  const releases = await releasesOf(content, MEGABYTES);
  const turns: Turn[] = [];
  for (const client of uploadClients) {
    const missing = options.wants(client.id) ? await client.missing() : null;
    if (missing) console.log(`${client.name} is left out; to have it: ${missing}`);
    else if (options.wants(client.id)) turns.push(...bothTurns(client, most, releases));
  }
  const measured = await takeTurns(turns, options.rounds);
  console.log("");
  const kind = content === "random" ? "that cannot be made smaller" : "of text";
  for (const which of ["first", "second"] as const) {
    const rows = [...measured].filter(([name]) => name.endsWith(`, ${which}`));
    const title = which === "first" ? `${MEGABYTES} MB ${kind} to ${most} hosts` : "then 2 % of the files changed";
    const best = Math.min(
      ...rows.filter(([name]) => !name.startsWith(lockstepPrepare.name)).map(([, runs]) => wall(runs)),
    );
    printTable([
      [title, "of the best", ...heads],
      ...rows.map(([name, runs]) => [
        name.slice(0, -which.length - 2),
        (wall(runs) / best).toFixed(2),
        ...cells(runs, most),
      ]),
    ]);
    console.log("");
  }
  console.log("of the best: of rsync and scp; goal: at most 1");
}

/** The second release comes to hosts that run the first one, which came by the same client. */
function bothTurns(client: UploadClient, most: number, { first, second }: Releases): Turn[] {
  let before: string | null = null;
  const turn = (which: "first" | "second"): Turn => ({
    name: `${client.name}, ${which}`,
    async prepare(warm) {
      const hosts = warm ? Math.min(most, WARM) : most;
      if (before === null || which === "first") await servers.reset(hosts);
      else await servers.run(hosts, before);
      const release = which === "first" ? first : second;
      const task = await newTask(hosts, { servers, archive: release.archive, directory, atOnce: options.atOnce });
      const upload = { task, files: await writeTask(task), release, before: which === "first" ? null : before };
      before = task.release;
      const { path, content } = release.sample;
      const check = () => servers.demandFile(hosts, `releases/${task.release}/${path}`, content);
      const around = { serverCpu: () => servers.cpuSeconds(hosts), settle: () => servers.untilQuiet() };
      const cleanUp = async () => (which === "second" ? servers.reset(most) : undefined);
      return { client: client.start(upload), around, check, cleanUp };
    },
  });
  return [turn("first"), turn("second")];
}

function wall(runs: Measured[]): number {
  return median(runs, ({ seconds }) => seconds);
}

function cells(runs: Measured[], hosts: number): string[] {
  return [
    wall(runs).toFixed(2),
    median(runs, ({ clientCpu }) => clientCpu).toFixed(2),
    median(runs, ({ serverCpu }) => serverCpu).toFixed(2),
    (median(runs, ({ clientCpu, serverCpu }) => clientCpu + serverCpu) / hosts).toFixed(3),
    median(runs, ({ peakMb }) => peakMb).toFixed(1),
    (median(runs, ({ wireMb }) => wireMb) / hosts).toFixed(2),
  ];
}

async function printGrowth(): Promise<void> {
  const sizes = [...new Set([1, 10, most].filter((hosts) => hosts <= most))];
  const rows: string[][] = [];
  for (const megabytes of [5, 50]) {
    const releases = await releasesOf("random", megabytes);
    for (const hosts of sizes) {
      const turns = bothTurns(lockstepPrepare, hosts, releases).slice(0, 1);
      for (const [, runs] of await takeTurns(turns, options.rounds))
        rows.push([`${megabytes} MB to ${hosts}`, ...cells(runs, hosts)]);
    }
  }
  printTable([["Lockstep's prepare", ...heads], ...rows]);
  console.log("goal: peak memory independent of both");
}
