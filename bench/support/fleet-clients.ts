// Everybody who brings a release to a fleet in bench/fleet.ts, and how each is started. Knows no measurement.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Client, nodeClient, shellClient } from "./client.ts";
import { hostCommand, type Task, type TaskFiles } from "./task.ts";
import { AHEAD } from "./watched-loop.ts";

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
  /** What hosts run when it is done. */
  leaves?: "new" | "old" | "whatever";
  start(task: Task, files: TaskFiles): Client;
}

const nothingMissing = async () => null;

const inNode = (program: string, rest: string[] = []): FleetClient["start"] => {
  return (_, { json }) => nodeClient(here(program), [json, ...rest]);
};

const lockstep: FleetClient = {
  id: "lockstep",
  name: "Lockstep",
  missing: nothingMissing,
  start: inNode("lockstep.ts"),
};

const nodeSsh: FleetClient = {
  id: "node-ssh",
  name: "node-ssh",
  missing: nothingMissing,
  start: inNode("node-ssh.ts"),
};

/** Compiled into `directory`. Which number of threads is fastest depends on the machine, so there are two of it. */
function limitInC(directory: string, atOnce: number): FleetClient {
  const program = join(directory, "limit");
  return {
    id: "c",
    name: `C on libssh2, one command, ${atOnce} at once`,
    async missing() {
      const compiled = run("cc", ["-O2", "-pthread", "-o", program, here("limit.c"), "-lssh2"]);
      return compiled.then(
        () => null,
        () => "apt-get install gcc libc6-dev libssh2-1-dev",
      );
    },
    start(task, { hosts }) {
      const user = task.hosts[0]?.user ?? "";
      const rest = [task.key, task.knownHosts, task.archive.path, hostCommand(task, "-"), String(atOnce)];
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

export type Exchange = "default" | "curve25519";

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
  return [
    limitInC(directory, 8),
    limitInC(directory, 32),
    lockstep,
    nodeSsh,
    sshkit,
    pssh("curve25519"),
    pssh("default"),
    ansible,
  ];
}

/** Lockstep's way back on open connections, and what bare ssh2 takes for one command on each. */
export const warmClients: FleetClient[] = [
  bareSsh2("ssh2", "true"),
  bareSsh2("ssh2-switch", "switch"),
  { ...lockstep, name: "Lockstep's way back", leaves: "old", start: inNode("lockstep-back.ts") },
];

function bareSsh2(id: string, what: "true" | "switch"): FleetClient {
  const name = what === "true" ? "bare ssh2, true" : "bare ssh2, switch and restart";
  return { id, name, missing: nothingMissing, leaves: "whatever", start: inNode("ssh2-warm.ts", [what]) };
}

/** The same, watched: how long others wait for its process; as it is, and where the hosts do not take the processor from it. */
export const watchedClients: FleetClient[] = [[], [AHEAD]].flatMap((ahead) => {
  const how = ahead.length > 0 ? ", before the hosts" : "";
  const args = ["--watch-loop", ...ahead];
  return [
    { ...lockstep, name: `deploy, cold${how}`, start: inNode("lockstep.ts", args) },
    {
      ...lockstep,
      name: `way back, open connections${how}`,
      leaves: "old" as const,
      start: inNode("lockstep-back.ts", args),
    },
  ];
});
