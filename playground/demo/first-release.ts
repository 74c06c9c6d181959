// Puts a release of the demo service on hosts without the bot, as if it had been deployed some time ago. Knows no SSH.

import type { DemoFleet, DemoHost } from "../fleet/hosts.ts";
import { git } from "./git.ts";
import type { DemoRepository } from "./repository.ts";

export interface InstalledRelease {
  sha: string;
  subject: string;
  author: string;
  /** Milliseconds since 1970. */
  committedAt: number;
  /** Of the directory below `releases/`: `YYYYMMDDhhmmss-<first 7 digits of the SHA>`, the time in UTC. */
  name: string;
}

const hostsAtOnce = 4;

/** Unpacks, switches to, starts and asks one release. `$1` is the deploy path, `$2` the release's name. */
const installing = `
set -e
release="$1/releases/$2"
mkdir -p "$release" "$1/shared/log"
tar -xf - -C "$release"
rm -f "$1/current"
ln -s "releases/$2" "$1/current"
cd "$release"
export LOCKSTEP_RELEASE="$2" LOCKSTEP_PATH="$1" LOCKSTEP_HOST="$DEMO_HOST"
bin/restart
bin/health
`;

/** Installs the commit before the newest of `main` on every host and starts it; rejects when a host does not come up with it. */
export function installFirstRelease(fleet: DemoFleet, repository: DemoRepository): Promise<InstalledRelease> {
  return installRelease(fleet, repository, { ref: "main~1", hosts: fleet.hosts });
}

/** The same for any commit and some of the hosts. What `bin/restart` or `bin/health` said is in the error. */
export async function installRelease(
  fleet: DemoFleet,
  repository: DemoRepository,
  what: { ref: string; hosts: DemoHost[] },
): Promise<InstalledRelease> {
  const release = await describe(repository, what.ref);
  const archive = await git(repository.directory, ["archive", "--format=tar", release.sha]);
  const left = [...what.hosts];
  async function work(): Promise<void> {
    for (let host = left.shift(); host !== undefined; host = left.shift())
      await install(fleet, host, { name: release.name, archive });
  }
  await Promise.all(Array.from({ length: hostsAtOnce }, work));
  return release;
}

async function install(fleet: DemoFleet, host: DemoHost, release: { name: string; archive: Buffer }): Promise<void> {
  const command = `sh -c '${installing}' install ${host.path} ${release.name}`;
  const { code, output } = await fleet.run(host, command, release.archive);
  if (code !== 0) throw new Error(`release ${release.name} did not start on ${host.name}: ${output.trim()}`);
}

async function describe(repository: DemoRepository, ref: string): Promise<InstalledRelease> {
  const shown = await git(repository.directory, ["show", "--no-patch", "--format=%H%n%s%n%an%n%ct", ref]);
  const [sha = "", subject = "", author = "", seconds] = shown.toString().trim().split("\n");
  const committedAt = Number(seconds) * 1000;
  // Deployed a little after it was committed.
  const deployedAt = new Date(committedAt + 10 * 60_000).toISOString().replace(/\D/g, "").slice(0, 14);
  return { sha, subject, author, committedAt, name: `${deployedAt}-${sha.slice(0, 7)}` };
}
