// Finds out what runs on the hosts now and what lies between that and the new release. Never holds a deploy up: what cannot be told is left out.

import type { FactOf } from "../../deploy/facts.ts";
import type { Deploy } from "../../deploy/fold.ts";
import { shaIn } from "../../deploy/releases.ts";
import type { Turn } from "../drive.ts";
import type { StepOf } from "../perform.ts";

export async function compare(_step: StepOf<"compare">, { log, parts }: Turn, signal: AbortSignal): Promise<void> {
  const { order } = log.deploy;
  const previous = await whatRuns(log.deploy, { parts }, signal);
  const between = previous?.commit
    ? await parts.source.compare(order.repository, previous.commit.sha, order.release.commit.sha, signal)
    : null;
  if (signal.aborted) return;
  if (between && !between.ok)
    parts.log.warn("commits could not be compared", { deploy: log.id, detail: between.detail });
  await log.observe({ kind: "compared", at: parts.clock.now(), previous, changes: between?.ok ? between.value : null });
}

async function whatRuns(
  deploy: Deploy,
  { parts }: Pick<Turn, "parts">,
  signal: AbortSignal,
): Promise<FactOf<"compared">["previous"]> {
  const { order } = deploy;
  const { past, lineage } = await parts.targets.read(order.target);
  const running = [...deploy.hosts.values()].map((state) => ("before" in state ? state.before : null));
  const whole = running.filter((name) => lineage.some((release) => release.name === name));
  const name = mostCommon(order.partial || whole.length === 0 ? running : whole);
  if (name === null) return null;
  const known = past.find(({ release }) => release?.name === name)?.release;
  if (known) return known;
  const sha = shaIn(name);
  const commit = sha === null ? null : await parts.source.resolve(order.repository, sha, signal);
  return { name, commit: commit?.ok ? commit.value : null };
}

/** The release that most hosts run. Of a target as a whole those come first that were once put on all of it: nothing else can be gone back to on every host. */
function mostCommon(names: (string | null)[]): string | null {
  const counts = new Map<string, number>();
  for (const name of names) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
