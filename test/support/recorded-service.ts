// A version of the playground's service that records on its host when it is restarted, and waits in the middle of it for as long as a test wants.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { git } from "../../playground/demo/git.ts";
import type { Playground } from "../../playground/start.ts";
import { until } from "./until.ts";

/** Two at once on one host are recorded as `overlap`. The service itself must not hold the lock. */
const RESTART = `#!/bin/sh
exec 8>>"$LOCKSTEP_PATH/restarting"
flock -n 8 || echo "overlap $LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/restarts"
echo "begin $LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/restarts"
while [ -e "$LOCKSTEP_PATH/wait" ]; do sleep 0.05; done
node "$(dirname "$0")/../ops/restart.js" 8>&- || exit 1
echo "end $LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/restarts"
`;

/** Long enough for a machine with other things to do. */
const PATIENCE_MS = 60_000;
const ME = ["-c", "user.name=you", "-c", "user.email=you@example.com"];

export class RecordedService {
  readonly #playground: Playground;

  constructor(playground: Playground) {
    this.#playground = playground;
  }

  /** One more version, as the newest commit of the branch `recorded`. */
  async commit(subject: string): Promise<void> {
    const { directory } = this.#playground.repository;
    await git(directory, ["checkout", "--quiet", "-B", "recorded"]);
    await writeFile(join(directory, "bin/restart"), RESTART);
    await git(directory, [...ME, "commit", "--quiet", "--all", "--allow-empty", "-m", subject]);
  }

  /** From now on a restart on this host waits; the returned function lets it go on. */
  async hold(host: string): Promise<() => Promise<void>> {
    await this.#run(host, "touch /srv/web/wait");
    return async () => void (await this.#run(host, "rm -f /srv/web/wait"));
  }

  /** Resolves when the newest restart on this host has begun and is not over. */
  async begins(host: string): Promise<void> {
    const begun = async () => (await this.restarts(host)).at(-1)?.startsWith("begin");
    await until(`${host} is being restarted`, begun, PATIENCE_MS);
  }

  /** Resolves when this host runs another release than `before` and knows that it is well: it will not be restarted again. */
  async isWell(host: string, before = ""): Promise<void> {
    const well = async () => {
      const state = await this.#run(host, "cat /srv/web/.lockstep/state");
      return state.includes("proved=yes") && !state.includes(`release=${before}\n`);
    };
    await until(`${host} is well`, well, PATIENCE_MS);
  }

  /** Lines such as `begin <release>` and `end <release>`. */
  async restarts(host: string): Promise<string[]> {
    return (await this.#run(host, "cat /srv/web/restarts 2>/dev/null")).split("\n").filter((line) => line !== "");
  }

  /** All that a host knows of deploys: what runs, since when, and the highest token it has seen. */
  async records(): Promise<Record<string, string>> {
    const look =
      "cd /srv/web && readlink current && ls releases && cat .lockstep/token .lockstep/state restarts shared/web.pid; true";
    const { hosts } = this.#playground.fleet;
    return Object.fromEntries(await Promise.all(hosts.map(async ({ name }) => [name, await this.#run(name, look)])));
  }

  async #run(host: string, command: string): Promise<string> {
    return (await this.#playground.fleet.run(host, command)).output;
  }
}
