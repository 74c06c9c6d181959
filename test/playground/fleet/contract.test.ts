// The playground's hosts run the bot's own program as real ones do: the SSH fleet keeps its promises on them.

import { mkdtemp, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DemoFleet, type DemoHost, startFleet } from "../../../playground/fleet/hosts.ts";
import { sshFleet } from "../../../src/adapters/ssh/fleet.ts";
import { type FleetStages, fleetContract } from "../../contracts/fleet.ts";
import { makeArchive } from "../../support/archive.ts";

function demoStages(): FleetStages {
  let directory = "";
  let fleet: DemoFleet;
  let count = 0;
  return {
    async start() {
      directory = await mkdtemp(join(tmpdir(), "fleet-"));
      fleet = await startFleet({ directory, count: 1, environment: "staging" });
    },
    async stage() {
      const { name, address, port, user, directory: home } = fleet.hosts[0] as DemoHost;
      const seen = (path: string) => path.replace(/^\/srv\//, `${home}/srv/`);
      return {
        fleet: sshFleet({ privateKey: fleet.privateKeyPath, knownHosts: [fleet.knownHostsPath] }),
        host: { name, address, port, user },
        path: `/srv/site-${++count}`,
        archive: (content, more) => makeArchive(directory, content, more),
        seen,
        read: (path) => readFile(seen(path), "utf8").catch(() => null),
        link: (path) => readlink(seen(path)).catch(() => null),
      };
    },
    async stop() {
      await fleet.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

fleetContract("the SSH fleet on the playground's hosts", demoStages());
