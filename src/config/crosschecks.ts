// What no single key can tell: that the parts of a configuration fit together and that every runbook link leads somewhere. Pure.

import { checkPlace } from "./checkedPlace.ts";
import { checkQueries } from "./checkedQueries.ts";
import { DIRECTLY } from "./hostEntries.ts";
import type { Mistake } from "./mistakes.ts";
import type { Runbook } from "./runbooks.ts";
import type { Configuration, ServiceConfiguration } from "./schema.ts";

export function crossCheck(configuration: Configuration, runbooks: Map<string, Runbook>): Mistake[] {
  const mistakes: Mistake[] = [];
  const { locks, services, ssh } = configuration;
  if (locks.for > locks.longest) mistakes.push({ path: "locks.for", problem: "is longer than locks.longest" });
  if (Object.hasOwn(ssh.gateways, DIRECTLY))
    mistakes.push({ path: `ssh.gateways.${DIRECTLY}`, problem: "means no gateway at all: give it another name" });
  for (const [name, service] of Object.entries(services)) {
    const path = `services.${name}`;
    if (name.toLowerCase() === "all")
      mistakes.push({ path, problem: 'is what "/lock all" calls everything: give the service another name' });
    mistakes.push(...checkService(service, path, configuration), ...checkRunbooks(service, path, runbooks));
    for (const [environment, place] of Object.entries(service.environments)) {
      mistakes.push(...checkPlace(place, { service, ssh, path: `${path}.environments.${environment}` }));
    }
  }
  return mistakes;
}

function checkService(service: ServiceConfiguration, path: string, { environments }: Configuration): Mistake[] {
  const mistakes: Mistake[] = [...checkRepository(service, path), ...checkSite(service, path)];
  const own = Object.keys(service.environments);
  if (!own.includes(service.defaultEnvironment)) {
    mistakes.push({
      path: `${path}.defaultEnvironment`,
      problem: `found "${service.defaultEnvironment}", expected one of the service's environments (${own.join(", ") || "there are none"})`,
    });
  }
  for (const name of own.filter((environment) => !(environment in environments))) {
    const problem = "is not listed at the top under environments, so nobody would be allowed to deploy there";
    mistakes.push({ path: `${path}.environments.${name}`, problem });
  }
  for (const [name, check] of Object.entries(service.checks)) {
    mistakes.push(...checkQueries(check, `${path}.checks.${name}`));
  }
  return mistakes;
}

/** The address is written down with every deploy, and git hands it on where every user of the machine can read it. */
function checkRepository({ repository }: ServiceConfiguration, path: string): Mistake[] {
  const secret = /^https?:\/\/[^/?#]*@/i.test(repository) || /^[a-z]+:\/\/[^/?#]*:[^/?#]*@/i.test(repository);
  if (!secret) return [];
  const problem =
    "has a user or a password in it, which would be in the journal: take it out, and give it to git of the bot's user (~/.netrc, or credential.helper in ~/.gitconfig)";
  return [{ path: `${path}.repository`, problem }];
}

function checkSite({ release, commands }: ServiceConfiguration, path: string): Mistake[] {
  if ((release === undefined) !== (commands === undefined)) return checkHealth({ release, commands }, path);
  const found = release ? "has both release and commands" : "has neither release nor commands";
  const problem = `${found}: a release is sent to the hosts, commands fetch what they need themselves. Take one of the two`;
  return [{ path, problem }];
}

/** The address is written down with every deploy, and said in the thread. */
function checkHealth(
  { release, commands }: Pick<ServiceConfiguration, "release" | "commands">,
  path: string,
): Mistake[] {
  const health = (release ?? commands)?.health;
  if (!health || !("http" in health) || !/^https?:\/\/[^/?#]*@/i.test(health.http)) return [];
  const problem = "has a user or a password in it, which everybody would see: use command: instead";
  return [{ path: `${path}.${release ? "release" : "commands"}.health.http`, problem }];
}

function checkRunbooks(service: ServiceConfiguration, path: string, runbooks: Map<string, Runbook>): Mistake[] {
  const links = Object.entries(service.checks).map(([name, check]) => ({
    path: `${path}.checks.${name}.runbook`,
    link: check.runbook,
  }));
  if (service.runbook) links.push({ path: `${path}.runbook`, link: service.runbook });
  return links.flatMap(({ path, link }) => {
    const [file = "", section] = link.split("#");
    const runbook = runbooks.get(file);
    if (!runbook) {
      return [
        {
          path,
          problem: `found "${link}", expected one of the runbooks (${[...runbooks.keys()].join(", ") || "there are none"})`,
        },
      ];
    }
    if (section === undefined || runbook.sections.includes(section)) return [];
    return [
      {
        path,
        problem: `found "${link}", but ${file} has no such section (it has ${runbook.sections.join(", ") || "no headings"})`,
      },
    ];
  });
}
