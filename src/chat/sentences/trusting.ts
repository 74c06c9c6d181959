// What `lockstep trust` says about the keys of hosts. Knows no terminal.

import type { Host, Target } from "../../deploy/order.ts";
import type { HostTrouble } from "../../ports/fleet.ts";
import { count } from "./amounts.ts";
import { hostAdvice, hostSentence } from "./hosts.ts";

export const TABLE_HEAD = ["host", "address", "key", "fingerprint"];

/** As in known_hosts. */
export function placeOf({ address, port }: Host): string {
  return port === 22 ? address : `[${address}]:${port}`;
}

export function strangeSentence({ service, environment }: Target, hosts: number): string {
  const whose = hosts === 1 ? "shows a key that is" : "show keys that are";
  return `${count(hosts, "host")} of ${service} in ${environment} ${whose} in none of the known_hosts files of the configuration:`;
}

export function compareSentence(): string {
  return "Compare the fingerprints with what the hosts themselves say, on their console or from where they were made: `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` there prints it.";
}

export function question(keys: number, file: string): string {
  return `Add ${keys === 1 ? "this key" : `these ${keys} keys`} to ${file}? Type yes to trust ${keys === 1 ? "it" : "them"}: `;
}

export const NOBODY_TO_ASK =
  "Nothing was added: nobody can be asked, because standard input is no terminal. Run it in a terminal, or with --yes when the fingerprints have been compared.";

export const NOT_TRUSTED = "Nothing was added. The bot goes on refusing these hosts.";

export function trustedSentence(keys: number, file: string): string {
  return `Added ${count(keys, "key")} to ${file}.`;
}

export function allKnownSentence({ service, environment }: Target, hosts: number): string {
  return hosts === 1
    ? `The host of ${service} in ${environment} shows a key that is known.`
    : `All ${hosts} hosts of ${service} in ${environment} show keys that are known.`;
}

/** `host` shows another key than the files say: never a case for this command. */
export function changedSentence(host: Host, detail: string): string {
  const same = hostSentence(host.name, { trouble: "wrongHostKey", detail });
  return `${same} ${hostAdvice("wrongHostKey")} This command never replaces a key: remove the old line with \`ssh-keygen -R '${placeOf(host)}' -f <file>\`, then run it again.`;
}

export function unreachedSentence(host: string, what: { trouble: HostTrouble; detail: string }): string {
  return `${hostSentence(host, what)} ${hostAdvice(what.trouble)}`;
}

export const TRUST_HELP = `Shows the host keys of a service's hosts, and of the gateways before them, that nobody knows yet, and trusts them when you say so.

  lockstep trust web
  lockstep trust web --environment production

  --environment <name>   the service's usual one when left out
  --yes                  trust what is shown without asking: for scripts, and only where nobody can be in between

Keys are added to the first file of ssh.knownHosts, and nothing else ever adds to it. A host that shows another key than the one that is known is
named and never changed. No host is logged in to, only gateways whose own key is known.

Exit code: 0 all hosts are known now · 1 some are not: you said no, a key has changed, or a host did not answer · 2 nobody could be asked, or there is a
mistake here. It needs the configuration (LOCKSTEP_CONFIG), and for gateways the bot's key.
`;
