// How findings become rows: what is alike is one row, with the worst of what varies.

import { expect } from "chai";
import type { Finding } from "../../src/doctor/findings.ts";
import { findingsOf } from "../../src/doctor/findings.ts";
import { fold } from "../../src/doctor/fold.ts";
import { tableOf } from "../../src/doctor/table.ts";

const target = { service: "web", environment: "production" };
const found = findingsOf("hosts", target);
const names = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `web-${String(from + i).padStart(2, "0")}`);
const well = (name: string, freeKiB: number | null = 20_000_000): Finding =>
  found(name, "ok", { kind: "hostWell", user: "deploy", path: "/srv/web", freeKiB });
const silent = (name: string, detail = "no answer within 5 s"): Finding =>
  found(name, "wrong", { kind: "hostTrouble", trouble: "unreachable", detail });

describe("findings that are alike", () => {
  it("are one row, with the worst of what varies", () => {
    const [section] = fold([well("web-01", 30_000_000), well("web-02", 20_000_000), well("web-03", null)]);
    expect(section?.rows).to.deep.equal([
      {
        mark: "ok",
        subjects: ["web-01", "web-02", "web-03"],
        about: { kind: "hostWell", user: "deploy", path: "/srv/web", freeKiB: 20_000_000 },
        varies: true,
      },
    ]);
  });

  it("are two rows when something differs that matters", () => {
    const other = found("web-02", "ok", { kind: "hostWell", user: "admin", path: "/srv/web", freeKiB: 20_000_000 });
    expect(fold([well("web-01"), other])[0]?.rows).to.have.length(2);
  });

  it("stand under what is wrong, and each target has its own part, in the order of the table", () => {
    const checks = findingsOf("checks", target);
    const sections = fold([
      checks("jobs", "ok", { kind: "monitorsWell", monitors: 1 }),
      well("web-01"),
      silent("web-02"),
      findingsOf("git")("git", "ok", { kind: "gitWell", version: "2.39.5" }),
    ]);
    expect(sections.map(({ area }) => area)).to.deep.equal(["git", "hosts", "checks"]);
    expect(sections[1]?.rows.map(({ mark }) => mark)).to.deep.equal(["wrong", "ok"]);
  });
});

describe("the table", () => {
  const findings = [
    ...names(1, 18).map((name) => well(name)),
    ...names(19, 20).map((name) => silent(name)),
    found("web-21.a-very-long-name.example.com", "look", { kind: "clockOff", ahead: true, offMs: 12_000 }),
  ];
  const drawn = (columns: number, clean = (text: string) => text) =>
    tableOf(fold(findings), { columns, colours: false, clean });

  it("says what is so in a row for hosts that are alike, and under it how to mend it", () => {
    expect(drawn(120)).to.equal(
      [
        "Hosts of web in production",
        "  WRONG  web-19 and web-20           does not answer (no answer within 5 s)",
        "                                     → Is the host up, and is its address right in the configuration?",
        "  look   web-21.a-very-long-name.example.com",
        "                                     the clock is 12 s ahead of this machine's, so points lie outside of the bake they",
        "                                     belong to",
        "                                     → See that time synchronisation runs there (chrony, systemd-timesyncd). If every",
        "                                       host says so, this machine's own clock is wrong.",
        "  ok     web-01 … web-18 (18 hosts)  login as deploy, /srv/web can be written, 19.1 GB free",
        "",
      ].join("\n"),
    );
  });

  it("fits into the terminal, however narrow", () => {
    for (const columns of [60, 80, 96, 120, 200]) {
      const widest = Math.max(
        ...drawn(columns)
          .split("\n")
          .map((line) => line.length),
      );
      expect(widest, `${columns} columns`).to.be.at.most(columns);
    }
  });

  it("has colours only where they are wanted, and nothing that nobody may see", () => {
    expect(drawn(80)).not.to.include("\x1b");
    expect(tableOf(fold(findings), { columns: 80, colours: true, clean: (text) => text })).to.include(
      "\x1b[31;1mWRONG",
    );
    expect(drawn(80, (text) => text.replaceAll("/srv/web", "…"))).not.to.include("/srv/web");
  });
});
