// The page that Prometheus reads.

import { expect } from "chai";
import { prometheusMeters } from "../../../src/adapters/prometheus/meters.ts";
import { METERS } from "../../../src/meters/table.ts";
import type { Sample } from "../../../src/ports/meters.ts";
import { Exposition } from "../../support/exposition.ts";

const WEB = { service: "web", environment: "production" };
const lines = (value: number): Sample => ({ name: "lockstep_thread_backlog_lines", labels: {}, value });
const locked = (value: number): Sample => ({ name: "lockstep_lock_age_seconds", labels: WEB, value });

describe("the page of metrics", () => {
  const meters = prometheusMeters(METERS);
  const page = async (...standing: Sample[]) => new Exposition((await meters.page(standing)).text);

  it("has what stands now, and nothing of what stood before or cannot be told", async () => {
    const before = await page(lines(3), locked(60));
    expect(before.value("lockstep_thread_backlog_lines")).to.equal(3);
    expect(before.value("lockstep_lock_age_seconds", WEB)).to.equal(60);
    const now = await page();
    expect(now.value("lockstep_thread_backlog_lines")).to.equal(undefined);
    expect(now.value("lockstep_lock_age_seconds")).to.equal(undefined);
  });

  it("is each asker's own when two ask at once", async () => {
    const [one, other] = await Promise.all([page(lines(1)), page(lines(2))]);
    expect([one, other].map((each) => each.value("lockstep_thread_backlog_lines"))).to.deep.equal([1, 2]);
  });

  it("goes on with what was counted", async () => {
    meters.expect("lockstep_duplicates_total", {});
    meters.count("lockstep_duplicates_total", {});
    expect((await page()).value("lockstep_duplicates_total")).to.equal(1);
    meters.count("lockstep_duplicates_total", {});
    expect((await page()).value("lockstep_duplicates_total")).to.equal(2);
  });
});
