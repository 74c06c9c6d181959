// Many hosts in a message and in a thread: folded, grouped by what is wrong, and never a flood.

import { expect } from "chai";
import { hostList } from "../../src/chat/sentences/hostList.ts";
import { plain } from "../../src/chat/text.ts";
import { lostByCause, situationLines } from "../../src/views/hosts.ts";
import { rootMessage } from "../../src/views/root.ts";
import { ThreadReader } from "../../src/views/thread.ts";
import { anOrder, factsUntil, folded, hostsNamed, NEW, OLD, then } from "../support/build.ts";
import { threadLines } from "../support/thread.ts";

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => `web-${String(from + i).padStart(2, "0")}`);

describe("a list of hosts", () => {
  const cases: [string, string[], string][] = [
    ["is written out when it is short", ["web-01", "web-02"], "web-01 and web-02"],
    ["folds names that count up", numbered(1, 20), "web-01 … web-20 (20 hosts)"],
    [
      "keeps apart what does not follow",
      [...numbered(1, 4), "web-06", "db-1"],
      "web-01 … web-04, web-06 and db-1 (6 hosts)",
    ],
    ["counts in the middle of a name", ["a1.eu", "a2.eu", "a3.eu"], "a1.eu … a3.eu (3 hosts)"],
    ["grows by a digit where nothing is padded", ["n9", "n10", "n11"], "n9 … n11 (3 hosts)"],
    ["does not fold numbers of another width", ["n09", "n10", "n011"], "n09, n10 and n011"],
    [
      "counts what it leaves out in hosts",
      ["a", "b", ...numbered(1, 9)].reverse(),
      "web-09, web-08, web-07, web-06, web-05, web-04 and 5 more (11 hosts)",
    ],
    ["may be empty", [], "none"],
  ];
  for (const [does, hosts, text] of cases) it(does, () => expect(hostList(hosts)).to.equal(text));
});

const HOSTS = numbered(1, 40);
const order = anOrder({ canary: [], batches: [hostsNamed(...HOSTS)], maxFailedHosts: 0 });
const promoting = factsUntil("promoting", order);

const failures = (hosts: string[], trouble: "gatewayDown" | "diskFull") =>
  hosts.flatMap((host) => [
    { kind: "switching", host, phase: "fleet" } as const,
    { kind: "notSwitched", host, phase: "fleet", trouble, touched: "no", detail: "no answer", output: "" } as const,
  ]);

describe("hosts with the same trouble and details of their own", () => {
  it("are named together, with one of the details as an example", () => {
    const each = HOSTS.slice(0, 2).flatMap((host) =>
      failures([host], "gatewayDown").map((fact) => ({ ...fact, detail: `no answer from ${host}` })),
    );
    expect(lostByCause(folded(then(promoting, ...each)))).to.deep.equal([
      "Cannot be reached through its gateway (such as: no answer from web-01): web-01 and web-02. Is the gateway up, and does it reach the host? `npx lockstep doctor` tells.",
    ]);
  });
});

describe("forty hosts behind a gateway that died", () => {
  const facts = then(promoting, ...failures(HOSTS.slice(0, 39), "gatewayDown"), ...failures(["web-40"], "diskFull"), {
    kind: "asked",
    hosts: HOSTS,
  });
  const lines = threadLines(facts, promoting.length).map(({ message }) => plain(message.summary));

  it("are told of in a few lines, and are all named at the end, by what is wrong", () => {
    expect(lines.length).to.equal(6);
    expect(lines.slice(0, 3).join()).to.match(/web-01 .*web-02 .*web-03 cannot be reached through its gateway/);
    expect(lines[3]).to.include("Those that keep it are named");
    expect(lines[4]).to.include("web-40 has no space left");
    expect(lines[5]).to.include("web-01 … web-40 (40 hosts) failed");
    expect(lines[5]).to.include("Cannot be reached through its gateway (no answer): web-01 … web-39 (39 hosts).");
    expect(lines[5]).to.include("web-40 has no space left");
  });

  it("stand in the status by what is so with each", () => {
    const back = then(
      facts,
      { kind: "retryOrdered", by: order.by },
      { kind: "looked", host: "web-01", current: OLD.name, healthy: OLD.name },
    );
    const deploy = folded(back);
    expect(situationLines(deploy).map(plain)).to.deep.equal(["Old: web-01", "Unknown: web-02 … web-40 (39 hosts)"]);
    expect(situationLines(folded(facts)).map(plain)).to.deep.equal([
      "Old, the switch failed: web-01 … web-40 (40 hosts)",
    ]);
  });

  it("are not told of again when they fail again", () => {
    const again = then(facts, { kind: "retryOrdered", by: order.by }, ...failures(HOSTS.slice(0, 5), "gatewayDown"));
    expect(threadLines(again, facts.length + 1)).to.deep.equal([]);
  });
});

describe("a host of which nobody knows", () => {
  it("is said to be unknown, with the reason", () => {
    const facts = then(
      promoting,
      { kind: "switching", host: "web-07", phase: "fleet" },
      {
        kind: "notSwitched",
        host: "web-07",
        phase: "fleet",
        trouble: "connectionLost",
        touched: "unknown",
        detail: "restarting",
        output: "",
      },
    );
    const deploy = folded(facts);
    expect(situationLines(deploy).map(plain)).to.include("Unknown: web-07");
    expect(lostByCause(deploy)).to.deep.equal(["web-07 lost the connection in the middle of the work (restarting)."]);
    expect(plain(rootMessage(deploy).summary)).to.include("unknown: web-07");
  });
});

describe("hosts that are being prepared", () => {
  const early = anOrder({ prepareEarly: true });
  const preparing = then(factsUntil("baking", early), { kind: "preparing", hosts: ["web-03", "web-04", "web-05"] });
  const prepared = (host: string) => ({ kind: "prepared", host, sent: 10 }) as const;

  it("are counted in the message, and said to be ready once", () => {
    const one = then(preparing, prepared("web-03"));
    expect(plain(rootMessage(folded(one)).summary)).to.include("1 ready to switch, 2 being prepared");
    const all = then(one, prepared("web-04"), prepared("web-05"));
    const lines = threadLines(all, preparing.length).map(({ message }) => plain(message.summary));
    expect(lines).to.deep.equal(["The release lies ready on 3 more hosts, beside what they run."]);
    expect(plain(rootMessage(folded(all)).summary)).not.to.include(NEW.name);
  });

  it("that could not be prepared still run what they ran", () => {
    const facts = then(preparing, { kind: "notPrepared", host: "web-04", trouble: "diskFull", detail: "", output: "" });
    expect(plain(threadLines(facts, preparing.length)[0]?.message.summary ?? expect.fail())).to.match(
      /^web-04 has no space left\. .* It still runs what it ran/,
    );
  });
});

describe("a thread that is read on", () => {
  it("says the same as one that is read at once", () => {
    const facts = then(promoting, ...failures(HOSTS.slice(0, 6), "diskFull"));
    const reader = new ThreadReader();
    const pieces = facts.map((_, i) => reader.read(facts.slice(0, i + 1)));
    expect(pieces.flat()).to.deep.equal(threadLines(facts));
  });
});
