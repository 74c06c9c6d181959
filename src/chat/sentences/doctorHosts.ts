// What doctor found on hosts and gateways, and about the bot's own side of a login: what is so, and how to mend it. A finding without words does not compile.

import type { ExaminedPath, LoginExam } from "../../ports/examination.ts";
import type { HostTrouble } from "../../ports/fleet.ts";
import { bytes, count, duration, names } from "./amounts.ts";
import { hostAdvice, hostIs } from "./hosts.ts";

export type HostFinding =
  | { kind: "hostWell"; user: string; path: string; freeKiB: number | null }
  | { kind: "hostTrouble"; trouble: HostTrouble; detail: string }
  | { kind: "noShell"; user: string; detail: string }
  | { kind: "pathNotWritable"; user: string; path: string; state: BadState; at: string }
  | { kind: "currentNotLink"; path: string }
  | { kind: "diskLow"; path: string; freeKiB: number }
  | { kind: "filesLow"; path: string; freeFiles: number }
  | { kind: "toolsMissing"; tools: string[] }
  | { kind: "toolsLacking"; tools: string[] }
  | { kind: "sudoRefused"; user: string; command: string; detail: string }
  | { kind: "clockOff"; ahead: boolean; offMs: number }
  | { kind: "gatewayWell"; user: string }
  | { kind: "keyWell"; path: string }
  | { kind: "keyWrong"; path: string; problem: NonNullable<NonNullable<LoginExam["key"]>["problem"]> }
  | { kind: "agentWell"; keys: number }
  | { kind: "agentEmpty" }
  | { kind: "agentSilent"; set: boolean }
  | { kind: "knownHostsWell"; path: string }
  | { kind: "knownHostsWrong"; path: string; problem: "missing" | "unreadable"; others: boolean };

type BadState = Exclude<ExaminedPath["state"], "writable" | "creatable">;

/** What is so, without a full stop; and what to do, null where nothing has to be done. */
export interface Said {
  is: string;
  todo: string | null;
}

/** The words of each kind; `varies`: they stand for several findings that differ in numbers and details, of which the worst is there. */
export type Words<F extends { kind: string }> = {
  [K in F["kind"]]: (finding: Extract<F, { kind: K }>, varies: boolean) => Said;
};

const KIB = 1024;
const GATEWAY_TODO =
  "See under Gateways what is with it. If it is well, it does not reach the host: look at the network behind it.";

export const HOST_WORDS: Words<HostFinding> = {
  hostWell: ({ user, path, freeKiB }, varies) => {
    const free = freeKiB === null ? "free space unknown" : `${varies ? "at least " : ""}${bytes(freeKiB * KIB)} free`;
    return fine(`login as ${user}, ${path} can be written, ${free}`);
  },
  hostTrouble: ({ trouble, detail }, varies) => ({
    is: `${hostIs(trouble)}${bracketed(detail, varies)}`,
    todo: trouble === "gatewayDown" ? GATEWAY_TODO : hostAdvice(trouble),
  }),
  noShell: ({ user, detail }, varies) => ({
    is: `lets ${user} log in and runs nothing${bracketed(detail, varies)}`,
    todo: `Give ${user} a login shell such as /bin/sh there, and no forced command.`,
  }),
  pathNotWritable: pathWords,
  currentNotLink: ({ path }) => ({
    is: `${path}/current is something else than a symbolic link`,
    todo: `Move it away: the bot makes ${path}/current a link to the release that runs.`,
  }),
  diskLow: ({ path, freeKiB }, varies) => ({
    is: `${varies ? "as little as" : "only"} ${bytes(freeKiB * KIB)} free for ${path}`,
    todo: "Free some space there, or lower release.keep.",
  }),
  filesLow: ({ path, freeFiles }, varies) => ({
    is: `${varies ? "as few as" : "only"} ${count(freeFiles, "more file")} can be made for ${path} (inodes)`,
    todo: "Remove files there that nobody needs, such as old sessions and caches.",
  }),
  toolsMissing: ({ tools }) => ({
    is: `${names(tools, 20)} ${tools.length === 1 ? "is" : "are"} missing, without which no deploy works`,
    todo: "Install it, or put it on the PATH that the deploy user has without a terminal.",
  }),
  toolsLacking: ({ tools }) => ({
    is: `${names(tools, 20)} ${tools.length === 1 ? "is" : "are"} missing, which makes deploys less safe`,
    todo: "Install util-linux (flock, setsid), coreutils (timeout) and procps (ps): they keep two deploys apart, and end what hangs.",
  }),
  sudoRefused: ({ user, command, detail }, varies) => ({
    is: `${user} cannot run \`${command}\` without a password${bracketed(detail, varies)}`,
    todo: `Allow it to ${user} with NOPASSWD in sudoers there (visudo): nobody can type a password in a deploy.`,
  }),
  clockOff: ({ ahead, offMs }, varies) => ({
    is: `the clock is ${varies ? "up to " : ""}${duration(offMs)} ${ahead ? "ahead of" : "behind"} this machine's, so points lie outside of the bake they belong to`,
    todo: "See that time synchronisation runs there (chrony, systemd-timesyncd). If every host says so, this machine's own clock is wrong.",
  }),
  gatewayWell: ({ user }) => fine(`login as ${user}`),
  keyWell: ({ path }) => fine(`${path} can be used`),
  keyWrong: ({ path, problem }) => ({ is: `${path} ${KEY_IS[problem]}`, todo: KEY_TODO[problem] }),
  agentWell: ({ keys }) => fine(`ssh-agent offers ${count(keys, "key")}`),
  agentEmpty: () => ({ is: "ssh-agent has no key", todo: "Add one with ssh-add, or name a key file with ssh.key." }),
  agentSilent: ({ set }) => ({
    is: set
      ? "ssh-agent does not answer at SSH_AUTH_SOCK"
      : "there is no key: neither ssh.key nor SSH_AUTH_SOCK is set",
    todo: "Name a key file with ssh.key in the configuration, or start the bot where ssh-agent runs.",
  }),
  knownHostsWell: ({ path }) => fine(`${path} can be read`),
  knownHostsWrong: ({ path, problem, others }) => ({
    is: `${path} ${problem === "missing" ? "does not exist" : "cannot be read by this user"}`,
    todo:
      problem === "missing" && others
        ? "Take it out of ssh.knownHosts, or make it."
        : `Give this user a file ${path} with the hosts' keys: unknown ones are refused.`,
  }),
};

const KEY_IS: Record<Extract<HostFinding, { kind: "keyWrong" }>["problem"], string> = {
  missing: "does not exist",
  unreadable: "cannot be read by this user",
  noKey: "holds no private key that can be read",
  passphrase: "cannot be opened with SSH_KEY_PASSPHRASE",
};

const KEY_TODO: typeof KEY_IS = {
  missing: "Correct ssh.key in the configuration, or put the key there.",
  unreadable: "Give the file to the user that the bot runs as.",
  noKey: "Put a private key there, in the format of OpenSSH or PEM.",
  passphrase: "Set SSH_KEY_PASSPHRASE to the passphrase of this key.",
};

function pathWords({ user, path, state, at }: Extract<HostFinding, { kind: "pathNotWritable" }>): Said {
  const owner = at.startsWith(path) ? at : path;
  switch (state) {
    case "notDirectory":
      return { is: `${at} is no directory`, todo: "Move it away: the bot makes directories there." };
    case "readOnly":
      return {
        is: `${at} is on a read-only file system`,
        todo: "Look at the disk there, and mount it read-write again.",
      };
    case "notPermitted": {
      const what = at === path ? path : at.startsWith(path) ? `${at}, which is in it` : `${path}, which is missing`;
      return {
        is: `${user} may not ${at.startsWith(path) ? "write" : "make"} ${what}`,
        todo: `As root there: mkdir -p ${owner} && chown -R ${user} ${owner}`,
      };
    }
  }
}

function bracketed(detail: string, varies: boolean): string {
  return detail === "" ? "" : ` (${varies ? "such as: " : ""}${detail})`;
}

export function fine(is: string): Said {
  return { is, todo: null };
}
