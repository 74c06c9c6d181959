// What the documents say of metrics: every one is in the table, every alert speaks of metrics and labels that there are.

import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { metricsTrouble } from "../src/canary/readings.ts";
import { verdict } from "../src/canary/verdict.ts";
import { hostTrouble, outcome } from "../src/deploy/facts.ts";
import type { Stage } from "../src/deploy/fold.ts";
import { METERS, type MeterName } from "../src/meters/table.ts";

/** What the labels may say that alerts ask for. */
const VALUES: Record<string, readonly string[]> = {
  outcome: ["answered", "refused", "failed", "ok", ...outcome.options, ...metricsTrouble.options],
  stage: ["asking", "broken"] satisfies Stage[],
  verdict: verdict.options,
  trouble: hostTrouble.options,
  request: ["append", "read", "streams", "lease"],
};

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string };
}

const alerts = parse(readFileSync("docs/alerts.yml", "utf8")) as { groups: { rules: Rule[] }[] };
const rules = alerts.groups.flatMap((group) => group.rules);
const table = readFileSync("docs/operating.md", "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| `lockstep_"));

describe("the table of metrics", () => {
  it("has each metric that there is, once, and no other", () => {
    const named = table.map((line) => /^\| `(\w+)`/.exec(line)?.[1]);
    expect(named).to.deep.equal(Object.keys(METERS));
  });

  it("names each alert that there is, and no other", () => {
    const named = new Set(table.flatMap((line) => line.match(/Lockstep[A-Z]\w+/g) ?? []));
    expect([...named]).to.have.members(rules.map(({ alert }) => alert));
  });
});

describe("the example alerts", () => {
  /** Metric and what is asked of its labels, such as `outcome="failed"`. */
  const asked = ({ expr }: Rule) => [...expr.matchAll(/\b(lockstep_\w+)(?:\{([^}]*)\})?/g)];
  const known = (name: string) => METERS[name as MeterName] as (typeof METERS)[MeterName] | undefined;

  for (const rule of rules) {
    it(`${rule.alert} asks of metrics and labels that there are`, () => {
      const names = asked(rule).map(([, name = ""]) => name);
      expect(names).not.to.have.length(0);
      for (const [, name = "", matchers = ""] of asked(rule)) {
        const { kind, labels } = known(name.replace(/_bucket$/, "")) ?? {};
        expect(kind, name).to.equal(
          name.endsWith("_bucket") ? "histogram" : name.endsWith("_total") ? "counter" : "gauge",
        );
        for (const [, label = "", asked = ""] of matchers.matchAll(/(\w+)(?:=~|!=|=)"([^"]*)"/g)) {
          expect(labels, name).to.include(label);
          expect(VALUES[label], label).to.include.members(asked.split("|"));
        }
        const by = /\bby \(([^)]*)\)/.exec(rule.expr)?.[1]?.split(/, */) ?? [];
        expect([...(labels ?? []), "le"], name).to.include.members(by);
        const shown = [...rule.annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label = ""]) => label);
        expect(by, rule.alert).to.include.members(shown);
      }
      expect(["page", "ticket"]).to.include(rule.labels.severity);
    });
  }
});
