// Looks at every host once, whichever targets it is in, and at every gateway; and at what the bot logs in with. Knows no way to reach one.

import type { Gateway, Host } from "../deploy/order.ts";
import type { FromHost, HostExam, HostExams, HostQuestions, LoginExam } from "../ports/examination.ts";
import { pool } from "../runner/pool.ts";
import { type Finding, findingsOf } from "./findings.ts";
import { hostFindings, noHost } from "./hostFindings.ts";
import type { Place, Round, Tell } from "./parts.ts";
import { sudoCommands } from "./sudo.ts";

/** Hosts that do not answer cost a place here and nothing else, so there are many. */
const AT_ONCE = 128;
const FOR_MS = 60_000;
/** In the worst case hosts that take a call and say nothing are waited for one after the other. */
const FOR_EACH_MS = 250;

/** One host of the network, and all that is looked at there, of whichever targets. */
type Address = HostQuestions & { host: Host };

export function hostsRound(places: readonly Place[], exams: HostExams): Round {
  const addresses = addressesOf(places);
  return {
    area: "hosts",
    forMs: FOR_MS + addresses.size * FOR_EACH_MS,
    async look(tell, signal) {
      const answers = await examineAll(addresses, exams, { tell, signal });
      return places.flatMap((place) => {
        const found = findingsOf("hosts", place.target);
        const list: Finding[] =
          place.problem === null ? [] : [found("list", "wrong", { kind: "hostsWrong", detail: place.problem })];
        const each = place.hosts.flatMap((host) => {
          const answer = answers.get(keyOf(host));
          return answer ? hostFindings({ host, site: place.site, found }, answer) : [];
        });
        return [...list, ...each];
      });
    },
  };
}

function addressesOf(places: readonly Place[]): Map<string, Address> {
  const addresses = new Map<string, Address>();
  for (const { hosts, site } of places) {
    const sudo = sudoCommands(site);
    for (const host of hosts) {
      const known = addresses.get(keyOf(host)) ?? { host, paths: [], sudo: [] };
      addresses.set(keyOf(host), {
        host: known.host,
        paths: [...new Set([...known.paths, site.path])],
        sudo: [...new Set([...known.sudo, ...sudo])],
      });
    }
  }
  return addresses;
}

async function examineAll(
  addresses: Map<string, Address>,
  exams: HostExams,
  { tell, signal }: { tell: Tell; signal: AbortSignal },
): Promise<Map<string, FromHost<HostExam>>> {
  const answers = new Map<string, FromHost<HostExam>>();
  tell(0, addresses.size);
  await pool([...addresses], { atOnce: AT_ONCE, enough: () => false }, async ([key, { host, ...questions }]) => {
    answers.set(key, await exams.host(host, questions, signal));
    tell(answers.size, addresses.size);
  });
  return answers;
}

/** The name is ours; the address, the user and the way there make the host. */
function keyOf({ address, port, user, gateway }: Host): string {
  return JSON.stringify([address, port, user, gateway?.name]);
}

export function gatewaysRound(gateways: readonly Gateway[], exams: HostExams): Round {
  const found = findingsOf("gateways");
  return {
    area: "gateways",
    forMs: FOR_MS,
    async look(tell, signal) {
      const findings = new Map<string, Finding>();
      tell(0, gateways.length);
      await pool(gateways, { atOnce: AT_ONCE, enough: () => false }, async (gateway) => {
        const answer = await exams.gateway(gateway, signal);
        const finding = answer.ok
          ? found(gateway.name, "ok", { kind: "gatewayWell", user: gateway.user })
          : noHost({ name: gateway.name, user: gateway.user, found }, answer);
        findings.set(gateway.name, finding);
        tell(findings.size, gateways.length);
      });
      return gateways.flatMap(({ name }) => findings.get(name) ?? []);
    },
  };
}

export function loginRound(exams: HostExams, agentSet: boolean): Round {
  return { area: "login", forMs: 10_000, look: async () => loginFindings(await exams.login(), agentSet) };
}

function loginFindings({ key, agentKeys, knownHosts }: LoginExam, agentSet: boolean): Finding[] {
  const found = findingsOf("login");
  const files = knownHosts.map(({ path, problem }) => {
    if (problem === null) return found("known_hosts", "ok", { kind: "knownHostsWell", path });
    const others = knownHosts.some((one) => one.problem === null);
    // OpenSSH passes over a file that is missing, and so does the bot.
    return found("known_hosts", others ? "look" : "wrong", { kind: "knownHostsWrong", path, problem, others });
  });
  if (key?.problem) return [found("key", "wrong", { kind: "keyWrong", ...key, problem: key.problem }), ...files];
  if (key) return [found("key", "ok", { kind: "keyWell", path: key.path }), ...files];
  if (agentKeys === null) return [found("key", "wrong", { kind: "agentSilent", set: agentSet }), ...files];
  if (agentKeys === 0) return [found("key", "wrong", { kind: "agentEmpty" }), ...files];
  return [found("key", "ok", { kind: "agentWell", keys: agentKeys }), ...files];
}
