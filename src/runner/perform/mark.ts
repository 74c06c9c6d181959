// Sends the marker for the start or the end of a deploy to the graphs. One that does not arrive is named in the thread and holds nothing up.

import { METRICS_TROUBLE } from "../../chat/sentences/noAnswer.ts";
import { plain } from "../../chat/text.ts";
import type { Deploy } from "../../deploy/fold.ts";
import { lostHosts } from "../../deploy/hosts.ts";
import { shortSha } from "../../deploy/releases.ts";
import type { Marker } from "../../ports/metrics.ts";
import { rootMessage } from "../../views/root.ts";
import type { Turn } from "../drive.ts";
import type { StepOf } from "../perform.ts";

export async function mark({ which }: StepOf<"mark">, { log, parts }: Turn, signal: AbortSignal): Promise<void> {
  const sent = await parts.metrics.mark(
    markerFor(log.deploy, which, which === "start" ? log.deploy.startedAt : parts.clock.now()),
    signal,
  );
  if (signal.aborted) return;
  const trouble = sent.ok ? null : `${METRICS_TROUBLE[sent.trouble].is} (${sent.detail})`;
  await log.observe({ kind: "marked", at: parts.clock.now(), which, trouble });
}

function markerFor(deploy: Deploy, which: "start" | "end", at: number): Marker {
  const { target, release, kind, deploy: id, by } = deploy.order;
  const sha = shortSha(release.commit.sha);
  const back = deploy.stage === "rollingBack";
  return {
    title: `${kind === "rollback" ? "Rollback" : "Deploy"} of ${target.service} ${sha} to ${target.environment}: ${which}${back ? ", rolled back" : ""}`,
    text: plain(rootMessage(deploy).summary),
    tags: [
      "source:lockstep",
      `service:${target.service}`,
      `env:${target.environment}`,
      `version:${sha}`,
      `deploy:${id}`,
      `deploy_phase:${which}`,
      `deployed_by:${by.name}`,
    ],
    at,
    level: which === "start" ? "info" : back || lostHosts(deploy).length > 0 ? "error" : "success",
  };
}
