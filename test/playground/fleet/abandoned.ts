// A program that starts a fleet with its demo service and then waits to be killed. It prints the pids of what it started:
// the service and a command that runs on for long. With the word `orderly` it closes its fleet itself on Ctrl-C.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { installFirstRelease } from "../../../playground/demo/first-release.ts";
import { makeDemoRepository } from "../../../playground/demo/repository.ts";
import { type DemoFleet, type DemoHost, startFleet } from "../../../playground/fleet/hosts.ts";

const [directory, manner] = process.argv.slice(2) as [string, string];

let fleet: DemoFleet | undefined;
if (manner === "orderly")
  process.once("SIGINT", async () => {
    await fleet?.close();
    process.exit(3);
  });
fleet = await startFleet({ directory: join(directory, "hosts"), count: 1, environment: "staging" });
await installFirstRelease(fleet, await makeDemoRepository(join(directory, "repository")));
const host = fleet.hosts[0] as DemoHost;
const service = await readFile(join(host.realPath, "shared", "web.pid"), "utf8");
const { output } = await fleet.run(host, "sleep 20 > /dev/null 2>&1 & echo $!");
console.log(JSON.stringify([Number(service), Number(output)]));
setInterval(() => {}, 1_000);
