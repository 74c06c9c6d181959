// Builds the release: an archive of the commit, once.

import type { Turn } from "../drive.ts";
import type { StepOf } from "../perform.ts";

export async function build(_step: StepOf<"build">, { log, parts }: Turn, signal: AbortSignal): Promise<void> {
  const { order } = log.deploy;
  const built = await parts.source.archive(order.repository, order.release.commit.sha, signal);
  if (signal.aborted) return;
  const at = parts.clock.now();
  if (built.ok) await log.observe({ kind: "built", at, bytes: built.value.bytes, sha256: built.value.sha256 });
  else await log.observe({ kind: "buildFailed", at, detail: built.detail });
}
