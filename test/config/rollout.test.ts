// How a rollout goes on, frozen from the configuration: what is between batches, who may fail, some hosts only, gateways, and services without releases.

import { expect } from "chai";
import type { Wanted } from "../../src/config/freeze.ts";
import { order as orderSchema } from "../../src/deploy/order.ts";
import { releaseName, shaIn } from "../../src/deploy/releases.ts";
import { aRelease, MINUTE, you } from "../support/build.ts";
import { type Changing, configured, frozenFrom } from "./example.ts";

const wanted: Wanted = {
  deploy: "k3v9x2",
  kind: "deploy",
  target: { service: "web", environment: "production" },
  by: you,
  ref: "main",
  release: aRelease("b"),
};
const frozen = (change: (what: Changing) => void, parts: Partial<Wanted> = {}, chosen?: string[]) =>
  frozenFrom(configured(change), { ...wanted, ...parts }, chosen);
const names = (hosts: { name: string }[]) => hosts.map(({ name }) => name);
const TWENTY = "web-[01..20]";

/** Twenty hosts, one of them the canary, and the rest in three batches. */
const phased = ({ production }: Changing) => {
  Object.assign(production, { hosts: [TWENTY], canary: 1, batches: ["10%", "50%", "100%"] });
};

describe("what is between batches", () => {
  it("is a pause and the checks, about all hosts that have the release by then against the rest", () => {
    const { between = [], batches } = frozen(phased);
    expect(batches.map(({ length }) => length)).to.deep.equal([2, 8, 9]);
    expect(between.map(({ pauseMs }) => pauseMs)).to.deep.equal([10 * MINUTE, 10 * MINUTE]);
    const [first, second] = between.map(({ checks }) => checks.find(({ kind }) => kind === "compare"));
    expect(first?.kind === "compare" && first.query.canary).to.include("host IN (web-01,web-02,web-03)");
    expect(first?.kind === "compare" && first.query.baseline).to.include("host IN (web-04,web-05,");
    expect(second?.kind === "compare" && second.query.canary).to.match(/host IN \(web-01,.*,web-11\)/);
    expect(second?.kind === "compare" && second.query.baseline).to.match(/host IN \(web-12,.*,web-20\)/);
    expect(between[0]?.checks.map(({ name }) => name)).to.deep.equal(frozen(phased).checks.map(({ name }) => name));
    const limit = between[0]?.checks.find(({ kind }) => kind === "limit");
    expect(limit?.kind === "limit" && limit.query).to.include("host IN (web-01,web-02,web-03)");
  });

  it("is a pause alone where no checks are wanted, and nothing where nothing is configured", () => {
    const paused = frozen((what) => {
      phased(what);
      what.production.between = { pause: "90s", checks: false };
    });
    expect(paused.between).to.deep.equal([
      { pauseMs: 90_000, checks: [] },
      { pauseMs: 90_000, checks: [] },
    ]);
    expect(frozen(({ production }) => delete production.between)).not.to.have.property("between");
  });

  it("is nothing on the way back, which neither waits nor tries early", () => {
    const back = frozen(phased, { kind: "rollback" });
    for (const key of ["between", "prepareEarly", "retries"]) expect(back).not.to.have.property(key);
    expect(back.batches.map(({ length }) => length)).to.deep.equal([20]);
  });

  it("names what the schema of facts expects", () => {
    const order = frozen(phased);
    expect(orderSchema.parse(JSON.parse(JSON.stringify(order)))).to.deep.equal(order);
  });
});

describe("who may fail", () => {
  it("is so many hosts of the fleet", () => {
    const { maxFailedHosts, ...order } = frozen(({ production }) => (production.maxFailedHosts = 2));
    expect(maxFailedHosts).to.equal(2);
    expect(order).not.to.have.property("maxFailedInBatch");
  });

  it("is a part of each batch, rounded down, and of all of them together", () => {
    const { maxFailedHosts, maxFailedInBatch } = frozen((what) => {
      phased(what);
      what.production.maxFailedHosts = "20%";
    });
    expect({ maxFailedHosts, maxFailedInBatch }).to.deep.equal({ maxFailedHosts: 2, maxFailedInBatch: [0, 1, 1] });
  });

  it("is tried once more, 32 at a time, and prepared early when nothing else is said", () => {
    const short = ({ production }: Changing) => {
      for (const key of ["retries", "concurrency", "prepareWhileBaking"]) delete production[key];
    };
    expect(frozen(short)).to.deep.include({ retries: 1, concurrency: 32, prepareEarly: true });
    const own = ({ production }: Changing) =>
      Object.assign(production, { retries: 0, concurrency: 512, prepareWhileBaking: false });
    expect(frozen(own)).to.deep.include({ retries: 0, concurrency: 512, prepareEarly: false });
  });
});

describe("an order for some hosts", () => {
  const some = (canary: unknown, chosen: string[]) =>
    frozen(
      (what) => {
        phased(what);
        what.production.canary = canary;
      },
      {},
      chosen,
    );

  it("takes its canary from them by the same rule, and says of how many they are", () => {
    const order = some(2, ["web-05", "web-07", "web-09"]);
    expect(order).to.deep.include({ partial: true, outOf: 20 });
    expect(names(order.canary)).to.deep.equal(["web-05", "web-07"]);
    expect(names(order.batches.flat())).to.deep.equal(["web-09"]);
    expect(orderSchema.parse(JSON.parse(JSON.stringify(order)))).to.deep.equal(order);
  });

  it("has a canary where the environment has one: the named one, or else the first", () => {
    expect(names(some(["web-07"], ["web-05", "web-07"]).canary)).to.deep.equal(["web-07"]);
    expect(names(some(["web-01"], ["web-05", "web-07"]).canary)).to.deep.equal(["web-05"]);
    expect(names(some("10%", ["web-05"]).canary)).to.deep.equal(["web-05"]);
    expect(names(some(3, ["web-05", "web-07"]).canary)).to.deep.equal(["web-05", "web-07"]);
    expect(names(some("none", ["web-05", "web-07"]).canary)).to.deep.equal([]);
  });

  it("compares them with all others, which run what they ran", () => {
    const [compare] = some(1, ["web-05"]).checks.filter(({ kind }) => kind === "compare");
    expect(compare?.kind === "compare" && compare.query.canary).to.include("host IN (web-05)");
    expect(compare?.kind === "compare" && compare.query.baseline).to.match(/host IN \(web-01,.*web-04,web-06,/);
  });

  it("of a way back is partial too", () => {
    const back = frozen(phased, { kind: "rollback" }, ["web-03", "web-04"]);
    expect(back).to.deep.include({ partial: true, outOf: 20, canary: [] });
    expect(back.batches.map(names)).to.deep.equal([["web-03", "web-04"]]);
  });
});

describe("a gateway", () => {
  const behind = (gateway: string | undefined) => {
    const order = frozen(({ production }) => {
      Object.assign(production, { gateway, hosts: ["web-1", { name: "web-2", gateway: "none" }] });
      delete production.between;
    });
    return [...order.canary, ...order.batches.flat()].map(({ gateway }) => gateway);
  };

  it("of the environment is that of every host that does not say otherwise", () => {
    const bastion = { name: "bastion", address: "bastion.example.com", port: 22, user: "jump" };
    expect(behind("bastion")).to.deep.equal([bastion, undefined]);
    expect(behind(undefined)).to.deep.equal([undefined, undefined]);
  });

  it("is logged in to as the usual user when it names none", () => {
    const order = frozen(({ all, production }) => {
      delete all.ssh.gateways.bastion.user;
      production.gateway = "bastion";
    });
    expect(order.canary[0]?.gateway?.user).to.equal("deploy");
  });
});

describe("a service without releases", () => {
  const mail = { service: "mail", environment: "production" };

  it("is frozen as commands, with the version of the commit", () => {
    const { site } = frozen(() => undefined, { target: mail });
    expect(site).to.deep.equal({
      kind: "commands",
      path: "/srv/mail",
      shared: [],
      keep: 5,
      prepare: { command: "docker pull images.example.com/mail:$LOCKSTEP_VERSION", timeoutMs: 5 * MINUTE },
      restart: "docker compose up --detach --wait",
      restartTimeoutMs: 2 * MINUTE,
      health: {
        command: "docker compose exec -T mail bin/health",
        timeoutMs: MINUTE,
        intervalMs: 1_000,
        successes: 1,
      },
      environment: { COMPOSE_PROJECT_NAME: "mail" },
    });
    const bare = frozen(({ all }) => delete all.services.mail.commands.prepare, { target: mail });
    expect(bare.site.prepare).to.equal(null);
  });

  it("has the whole SHA in the names of its releases, and others the short one", () => {
    const { sha } = aRelease("b").commit;
    const at = Date.UTC(2026, 10, 20, 20, 33, 12);
    expect(releaseName(at, sha, "commands")).to.equal(`20261120203312-${sha}`);
    expect(releaseName(at, sha, "release")).to.equal(`20261120203312-${sha.slice(0, 7)}`);
    for (const kind of ["commands", "release"] as const) {
      expect(sha.startsWith(shaIn(releaseName(at, sha, kind)) ?? "?"), kind).to.equal(true);
    }
  });
});
