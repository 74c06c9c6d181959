// Everybody who brings a large release to hosts in bench/upload.ts, and how each is started. Knows no measurement.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Client, nodeClient, shellClient } from "./client.ts";
import { type Exchange, sshOptions } from "./fleet-clients.ts";
import type { Release } from "./releases.ts";
import type { Task, TaskFiles } from "./task.ts";

const run = promisify(execFile);

export interface Upload {
  task: Task;
  files: TaskFiles;
  release: Release;
  /** Name of the release that the hosts have already; null when they have none of this service. */
  before: string | null;
}

export interface UploadClient {
  /** For `--only`. */
  id: string;
  name: string;
  /** How to install what it needs on Debian; null when it is here. */
  missing(): Promise<string | null>;
  start(upload: Upload): Client;
}

export const lockstepPrepare: UploadClient = {
  id: "lockstep",
  name: "Lockstep's prepare",
  missing: async () => null,
  start: ({ files }) => nodeClient(join(import.meta.dirname, "../clients/lockstep-prepare.ts"), [files.json]),
};

/** One line per host, so many at once; `$1` and `$2` are a host's address and port. */
function onEveryHost({ task, files }: Upload, script: string, values: Record<string, string>): Client {
  const lines = `tr : " " <"$1" | xargs -P "$2" -L 1 sh -c "$3" sh`;
  const environment = { LOGIN: task.hosts[0]?.user ?? "", TO: `${task.site}/releases/${task.release}`, ...values };
  return { ...shellClient(lines, [files.hosts, String(task.atOnce), script]), environment };
}

/** What the hosts have is linked, as most do it, or copied, as the bot does. */
function rsync(flags: string, exchange: Exchange, has: "link" | "copy" = "link"): UploadClient {
  const script = [
    'set -- "$1" -e "ssh $OPTIONS -p $2"',
    'host=$1; shift; [ -z "$BEFORE" ] || set -- "$@" --"$HAS"-dest="$BEFORE"',
    'exec rsync $FLAGS "$@" "$TREE/" "$LOGIN@$host:$TO/"',
  ].join("; ");
  return {
    id: `rsync${flags === "-a" ? "" : flags}${exchange === "default" ? "-default" : ""}${has === "copy" ? "-copy" : ""}`,
    name: `rsync ${flags} --${has}-dest, ${exchange}`,
    missing: () => missing("rsync"),
    start(upload) {
      const { task, release, before } = upload;
      const values = { FLAGS: flags, HAS: has, TREE: release.tree, BEFORE: before === null ? "" : `../${before}` };
      return onEveryHost(upload, script, { ...values, OPTIONS: sshOptions(task, exchange) });
    },
  };
}

function scp(exchange: Exchange): UploadClient {
  const unpack = "mkdir '$TO' && tar -xzf '$UPLOADED' -C '$TO' && rm '$UPLOADED'";
  const script = `scp -q $OPTIONS -P "$2" "$ARCHIVE" "$LOGIN@$1:$UPLOADED" && exec ssh $OPTIONS -p "$2" "$LOGIN@$1" "${unpack}"`;
  return {
    id: `scp${exchange === "default" ? "-default" : ""}`,
    name: `scp and tar, ${exchange}`,
    missing: () => missing("scp"),
    start(upload) {
      const { task, release } = upload;
      const values = { ARCHIVE: release.archive.path, UPLOADED: task.uploaded };
      return onEveryHost(upload, script, { ...values, OPTIONS: sshOptions(task, exchange) });
    },
  };
}

async function missing(program: "rsync" | "scp"): Promise<string | null> {
  const packages = { rsync: "rsync", scp: "openssh-client" };
  return run("sh", ["-c", `command -v ${program}`]).then(
    () => null,
    () => `apt-get install ${packages[program]}`,
  );
}

export const uploadClients: UploadClient[] = [
  lockstepPrepare,
  rsync("-a", "curve25519"),
  rsync("-a", "curve25519", "copy"),
  rsync("-a", "default"),
  rsync("-az", "curve25519"),
  scp("curve25519"),
  scp("default"),
];
