// What went wrong on a host, in words: what is so and what to do. A trouble without words does not compile.

import type { HostTrouble } from "../../ports/fleet.ts";
import { hostList } from "./hostList.ts";

interface Words {
  /** Continues "web-01 …". */
  is: string;
  todo: string;
}

const WORDS: Record<HostTrouble, Words> = {
  refused: { is: "refuses SSH connections", todo: "Is sshd running there, on this port?" },
  unreachable: { is: "does not answer", todo: "Is the host up, and is its address right in the configuration?" },
  gatewayDown: {
    is: "cannot be reached through its gateway",
    todo: "Is the gateway up, and does it reach the host? `npx lockstep doctor` tells.",
  },
  unknownHostKey: {
    is: "shows a host key that is not in known_hosts",
    todo: "`npx lockstep trust` shows its fingerprint, and adds its key to known_hosts once you have compared it.",
  },
  wrongHostKey: {
    is: "shows another host key than the one in known_hosts",
    todo: "If the host was rebuilt, replace its line in known_hosts. If it was not, somebody may be listening in: do not log in.",
  },
  noLogin: {
    is: "does not accept our SSH key",
    todo: "Add the bot's public key to authorized_keys of the deploy user there.",
  },
  notSsh: { is: "answers, but does not speak SSH", todo: "Check the port in the configuration." },
  uploadFailed: {
    is: "did not receive the release whole",
    todo: "Try again; if it happens again, look at the network and the disk.",
  },
  unpackFailed: { is: "could not unpack the release", todo: "Look at the output, and at the free space there." },
  diskFull: { is: "has no space left", todo: "Free some space there, or lower release.keep." },
  notPermitted: {
    is: "does not let the deploy user write the deploy path",
    todo: "Give the deploy user that directory.",
  },
  readOnly: {
    is: "has the deploy path on a read-only file system",
    todo: "Look at the disk there: mount it read-write again.",
  },
  prepareFailed: { is: "could not prepare the release", todo: "Read its output." },
  restartFailed: { is: "could not restart the service", todo: "Read its output and the service's own log there." },
  unhealthy: { is: "did not become healthy in time", todo: "Read the output and the service's own log there." },
  noSuchRelease: { is: "no longer has the release to go back to", todo: "Deploy that version again instead." },
  timedOut: { is: "took longer than its time limit", todo: "See what hangs there, or raise the time limit." },
  connectionLost: {
    is: "lost the connection in the middle of the work",
    todo: "What it runs is unknown until it can be looked at.",
  },
  fenced: {
    is: "already takes orders from a newer process of this bot",
    todo: "Nothing: the newer one goes on with the deploy.",
  },
  aborted: { is: "was stopped in the middle of the work", todo: "Nothing: it is looked at next." },
  scriptFailed: { is: "failed in a way that the bot does not know", todo: "Read the output." },
};

/** `web-01 refuses SSH connections (connect ECONNREFUSED).` */
export function hostSentence(host: string, { trouble, detail }: { trouble: HostTrouble; detail: string }): string {
  return `${host} ${WORDS[trouble].is}${detail === "" ? "" : ` (${detail})`}.`;
}

/** Several hosts with the same trouble: `Does not answer (no answer within 5 s): web-03 … web-20. Is the host up …?` */
export function hostsSentence(
  hosts: readonly string[],
  { trouble, detail }: { trouble: HostTrouble; detail: string },
): string {
  const { is, todo } = WORDS[trouble];
  const what = `${is.charAt(0).toUpperCase()}${is.slice(1)}`;
  return `${what}${detail === "" ? "" : ` (${detail})`}: ${hostList(hosts, 12)}. ${todo}`;
}

/** Continues the name of a host: `refuses SSH connections`. */
export function hostIs(trouble: HostTrouble): string {
  return WORDS[trouble].is;
}

export function hostAdvice(trouble: HostTrouble): string {
  return WORDS[trouble].todo;
}
