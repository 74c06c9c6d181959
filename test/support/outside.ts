// A git repository with one branch and a Datadog where all is well, as small as the ports allow. Know no deploy.

import type { Metrics, Series, Window } from "../../src/ports/metrics.ts";
import type { Commit, Source } from "../../src/ports/source.ts";
import { NEW, OLD } from "./build.ts";

/** Whatever is asked for is at `tip`, unless it names one of the commits it has been at. */
export class OneBranch implements Source {
  #tip: Commit = NEW.commit;
  #known: Commit[] = [OLD.commit, NEW.commit];

  moveTo(commit: Commit): void {
    this.#tip = commit;
    this.#known.push(commit);
  }

  async resolve(_repository: string, ref: string) {
    return { ok: true as const, value: this.#known.find(({ sha }) => sha.startsWith(ref)) ?? this.#tip };
  }

  async isOn() {
    return { ok: true as const, value: true };
  }

  async compare() {
    return { ok: true as const, value: { ahead: 1, behind: 0, authors: ["teammate"], commits: [this.#tip] } };
  }

  async archive(_repository: string, sha: string) {
    return { ok: true as const, value: { path: `/archives/${sha}.tar.gz`, bytes: 2_048, sha256: "00" } };
  }
}

/** Every question is answered with ones, for each canary host that the query names, and the monitor is well. */
export const wellMetrics: Metrics = {
  async ask(questions, window, intervalMs) {
    const answers = questions.map(({ id, query }) => [id, seriesFor(query, window, intervalMs)] as const);
    return { ok: true, value: new Map(answers) };
  },
  monitors: async () => ({ ok: true, value: [{ id: 1, name: "Jobs stopped", state: "ok", muted: false, groups: [] }] }),
  mark: async () => ({ ok: true, value: null }),
};

function seriesFor(query: string, { from, to }: Window, intervalMs: number): Series[] {
  const first = Math.ceil(from / intervalMs) * intervalMs;
  const count = Math.max(0, Math.floor((to - first) / intervalMs));
  const points = Array.from({ length: count }, (_, i) => ({ at: first + i * intervalMs, value: 1 }));
  const hosts = /host IN \(([^)]*)\)/.exec(query)?.[1]?.split(",") ?? [];
  const scopes = query.includes("by {host}") ? hosts.map((host) => [`host:${host}`]) : [[]];
  return scopes.map((scope) => ({ scope, points }));
}
