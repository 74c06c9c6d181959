// A fleet of one real sshd for tests, with a fresh deploy path for every test. Knows no fault: see proxy.ts for those.

import { mkdtemp, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SshFleetOptions, sshFleet } from "../../src/adapters/ssh/fleet.ts";
import type { FleetStage, FleetStages } from "../contracts/fleet.ts";
import { makeArchive } from "./archive.ts";
import { type KeyPair, makeKey, type Sshd, type SshdOptions, startSshd } from "./sshd.ts";

export interface SshStages extends FleetStages {
  readonly sshd: Sshd;
  readonly key: KeyPair;
  /** For files of the tests' own; removed by `stop`. */
  readonly directory: string;
  /** A known_hosts file with this text. */
  knownHosts(text: string): Promise<string>;
  stage(change?: Partial<SshFleetOptions>): Promise<FleetStage>;
}

export function sshStages(options: Omit<SshdOptions, "authorizedKey"> = {}): SshStages {
  let sshd: Sshd | undefined;
  let key: KeyPair | undefined;
  let directory = "";
  let count = 0;
  const started = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error("the stages are not started");
    return part;
  };
  const knownHosts = async (text: string) => {
    const path = join(directory, `known_hosts_${++count}`);
    await writeFile(path, text);
    return path;
  };
  return {
    get sshd() {
      return started(sshd);
    },
    get key() {
      return started(key);
    },
    get directory() {
      return directory;
    },
    knownHosts,
    async start() {
      directory = await mkdtemp(join(tmpdir(), "lockstep-ssh-"));
      key = await makeKey(directory);
      sshd = await startSshd({ ...options, authorizedKey: key.publicKey });
    },
    async stage(change = {}) {
      const server = started(sshd);
      const files = [await knownHosts(server.knownHosts)];
      return {
        fleet: sshFleet({ privateKey: started(key).path, knownHosts: files, ...change }),
        host: server.host("web-1"),
        path: join(server.directory, `site-${++count}`),
        archive: (content, more) => makeArchive(directory, content, more),
        read: (path) => readFile(path, "utf8").catch(() => null),
        link: (path) => readlink(path).catch(() => null),
      };
    },
    async stop() {
      await sshd?.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
