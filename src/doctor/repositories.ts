// Looks at git, and at each repository and branch once. Fetches nothing.

import type { RepositoryExams } from "../ports/examination.ts";
import { pool } from "../runner/pool.ts";
import { type Finding, findingsOf } from "./findings.ts";
import type { Round, Scope, Tell } from "./parts.ts";

const found = findingsOf("git");
const AT_ONCE = 4;
const FOR_MS = 120_000;
/** It knows `--end-of-options`, with which nothing that somebody types is taken for an option. */
const OLDEST = [2, 24];

export function repositoriesRound({ settings, places }: Scope, exams: RepositoryExams): Round {
  const names = [...new Set(places.map(({ target }) => target.service))];
  const wanted = names.flatMap((service) => {
    const { repository, branch } = settings.configuration.services[service] ?? {};
    return repository && branch ? [{ service, repository, branch }] : [];
  });
  return {
    area: "git",
    forMs: FOR_MS,
    async look(tell, signal) {
      const version = await exams.version(signal);
      if (!version.ok) return [found("git", "wrong", { kind: "gitMissing", detail: version.detail })];
      const old = isOld(version.value);
      const git = found("git", old ? "wrong" : "ok", { kind: old ? "gitOld" : "gitWell", version: version.value });
      return [git, ...(await branchFindings(wanted, exams, { tell, signal }))];
    },
  };
}

interface Wanted {
  service: string;
  repository: string;
  branch: string;
}

async function branchFindings(
  wanted: Wanted[],
  exams: RepositoryExams,
  { tell, signal }: { tell: Tell; signal: AbortSignal },
): Promise<Finding[]> {
  const answers = new Map<string, ReturnType<RepositoryExams["branch"]>>();
  const findings = new Map<string, Finding>();
  tell(0, wanted.length);
  await pool(wanted, { atOnce: AT_ONCE, enough: () => false }, async ({ service, repository, branch }) => {
    const key = JSON.stringify([repository, branch]);
    const asked = answers.get(key) ?? exams.branch({ repository, branch }, signal);
    answers.set(key, asked);
    findings.set(service, branchFinding(service, branch, await asked));
    tell(findings.size, wanted.length);
  });
  return wanted.flatMap(({ service }) => findings.get(service) ?? []);
}

function branchFinding(
  service: string,
  branch: string,
  answer: Awaited<ReturnType<RepositoryExams["branch"]>>,
): Finding {
  if (!answer.ok) {
    const { problem, detail } = answer;
    return found(service, "wrong", { kind: "repositoryTrouble", problem, detail });
  }
  if (answer.value.sha !== null) return found(service, "ok", { kind: "branchWell", branch });
  return found(service, "wrong", { kind: "branchMissing", branch, branches: answer.value.branches });
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = OLDEST;
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
