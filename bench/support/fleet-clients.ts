// Everybody who brings a release to a fleet in bench/fleet.ts, and how each is started. Knows no measurement.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Client, nodeClient, shellClient } from "./client.ts";
import { hostCommand, type Task, type TaskFiles } from "./task.ts";

const run = promisify(execFile);
const here = (name: string) => join(import.meta.dirname, "../clients", name);

export interface FleetClient {
  /** For `--only`. */
  id: string;
  name: string;
  /** Beyond so many hosts it takes minutes. */
  mostHosts?: number;
  /** How to install what it needs on Debian; null when it is here. */
  missing(): Promise<string | null>;
  start(task: Task, files: TaskFiles): Client;
}

const nothingMissing = async () => null;

export const lockstep: FleetClient = {
  id: "lockstep",
  name: "Lockstep",
  missing: nothingMissing,
  start: (_, { json }) => nodeClient(here("lockstep.ts"), [json]),
};

export const nodeSsh: FleetClient = {
  id: "node-ssh",
  name: "node-ssh",
  missing: nothingMissing,
  start: (_, { json }) => nodeClient(here("node-ssh.ts"), [json]),
};

/** Compiled into `directory`. */
export function limitInC(directory: string): FleetClient {
  const program = join(directory, "limit");
  return {
    id: "c",
    name: "C on libssh2, one command (the limit)",
    async missing() {
      const compiled = run("cc", ["-O2", "-pthread", "-o", program, here("limit.c"), "-lssh2"]);
      return compiled.then(
        () => null,
        () => "apt-get install gcc libc6-dev libssh2-1-dev",
      );
    },
    start(task, { hosts }) {
      const user = task.hosts[0]?.user ?? "";
      const rest = [task.key, task.knownHosts, task.archive.path, hostCommand(task, "-"), String(task.atOnce)];
      return { command: program, args: [hosts, user, ...rest] };
    },
  };
}

const sshkit: FleetClient = {
  id: "sshkit",
  name: "Capistrano's sshkit",
  missing: () =>
    works(
      "ruby",
      ["-e", "require 'sshkit'; require 'ed25519'; require 'bcrypt_pbkdf'"],
      "ruby-sshkit ruby-ed25519 ruby-bcrypt-pbkdf",
    ),
  start: (_, { json }) => ({ command: "ruby", args: [here("sshkit.rb"), json] }),
};

type Exchange = "default" | "curve25519";

/** OpenSSH's own default has a post-quantum exchange, which ssh2 and libssh2 do not know and which costs its clients several times as much. */
export function sshOptions({ key, knownHosts }: Task, exchange: Exchange): string {
  const only = exchange === "curve25519" ? " -o KexAlgorithms=curve25519-sha256" : "";
  return `-F none -i ${key} -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHosts} -o StrictHostKeyChecking=yes -o BatchMode=yes${only}`;
}

function pssh(exchange: Exchange): FleetClient {
  const upload = 'parallel-scp -h "$1" -l "$2" -p "$3" -t 0 -x "$4" "$5" "$6"';
  const command = 'parallel-ssh -h "$1" -l "$2" -p "$3" -t 0 -x "$4" "$7"';
  return {
    id: exchange === "default" ? "pssh" : "pssh-c25519",
    name: `pssh, upload and command, ${exchange}`,
    missing: () => works("sh", ["-c", "command -v parallel-ssh"], "pssh"),
    start(task, { hosts }) {
      const user = task.hosts[0]?.user ?? "";
      const values = [hosts, user, String(task.atOnce), sshOptions(task, exchange)];
      return shellClient(`${upload} && ${command}`, [...values, task.archive.path, task.uploaded, task.command]);
    },
  };
}

const ansible: FleetClient = {
  id: "ansible",
  name: "ansible, pipelining, curve25519",
  mostHosts: 100,
  missing: () => works("sh", ["-c", "command -v ansible-playbook"], "ansible-core"),
  start(task, { inventory }) {
    const { uploaded, command } = task;
    const extra = JSON.stringify({ archive: task.archive.path, uploaded, command });
    const play = 'ansible-playbook -i "$1" -u "$2" --private-key "$3" -f "$4" -e "$5" "$6"';
    const user = task.hosts[0]?.user ?? "";
    const sockets = join(task.scratch, "ssh");
    const values = [inventory, user, task.key, String(task.atOnce), extra, here("playbook.yml"), sockets];
    // Its connections outlive it for a minute.
    const hangUp = 'for socket in "$7"/*; do ssh -F none -o ControlPath="$socket" -O exit nobody; done 2>/dev/null';
    return {
      ...shellClient(play, values, hangUp),
      environment: {
        ANSIBLE_PIPELINING: "1",
        ANSIBLE_HOST_KEY_CHECKING: "1",
        ANSIBLE_LOCALHOST_WARNING: "0",
        ANSIBLE_HOME: join(task.scratch, "ansible"),
        ANSIBLE_SSH_CONTROL_PATH_DIR: sockets,
        // The first three are its own default.
        ANSIBLE_SSH_ARGS: `-C -o ControlMaster=auto -o ControlPersist=60s ${sshOptions(task, "curve25519")}`,
      },
    };
  },
};

async function works(program: string, args: string[], packages: string): Promise<string | null> {
  return run(program, args).then(
    () => null,
    () => `apt-get install ${packages}`,
  );
}

export function fleetClients(directory: string): FleetClient[] {
  return [limitInC(directory), lockstep, nodeSsh, sshkit, pssh("curve25519"), pssh("default"), ansible];
}

/** Lockstep's way back on open connections, and what bare ssh2 takes for one command on each. */
export const warmClients: FleetClient[] = [
  {
    ...lockstep,
    id: "ssh2",
    name: "bare ssh2, true",
    start: (_, { json }) => nodeClient(here("ssh2-warm.ts"), [json, "true"]),
  },
  {
    ...lockstep,
    id: "ssh2-switch",
    name: "bare ssh2, switch and restart",
    start: (_, { json }) => nodeClient(here("ssh2-warm.ts"), [json, "switch"]),
  },
  { ...lockstep, name: "Lockstep's way back", start: (_, { json }) => nodeClient(here("lockstep-back.ts"), [json]) },
];

/** The same, watched: how long others wait for its process. */
export const watchedClients: FleetClient[] = [
  {
    ...lockstep,
    name: "deploy, cold",
    start: (_, { json }) => nodeClient(here("lockstep.ts"), [json, "--watch-loop"]),
  },
  {
    ...lockstep,
    id: "lockstep-back",
    name: "way back, open connections",
    start: (_, { json }) => nodeClient(here("lockstep-back.ts"), [json, "--watch-loop"]),
  },
];
