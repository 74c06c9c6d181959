// How hosts and gateways are gone through, and what is said meanwhile: each once, however many targets they are in.

import { expect } from "chai";
import type { Gateway, Host } from "../../src/deploy/order.ts";
import { fold } from "../../src/doctor/fold.ts";
import { gatewaysRound, hostsRound } from "../../src/doctor/hosts.ts";
import type { Place } from "../../src/doctor/parts.ts";
import { Progress } from "../../src/doctor/progress.ts";
import type { HostExams } from "../../src/ports/examination.ts";
import { ManualClock } from "../support/clock.ts";

const never = new AbortController().signal;
const bastion: Gateway = { name: "bastion", address: "192.0.2.1", port: 22, user: "jump" };
const hosts: Host[] = Array.from({ length: 40 }, (_, i) => {
  const name = `web-${String(i + 1).padStart(2, "0")}`;
  return { name, address: name, port: 22, user: "deploy", gateway: bastion };
});
const siteAt = (path: string) => ({
  ...{ path, shared: [], keep: 5, restart: "true", restartTimeoutMs: 1_000, health: null, environment: {} },
});
const place = (service: string): Place => ({
  ...{ target: { service, environment: "production" }, site: siteAt(`/srv/${service}`), hosts, problem: null },
});

/** A fleet whose gateway is away. */
function away(asked: string[]): HostExams {
  return {
    login: async () => ({ key: null, agentKeys: 1, knownHosts: [] }),
    host: async (host, { paths }) => {
      asked.push(`${host.name} ${paths.join(" ")}`);
      return { ok: false, trouble: "gatewayDown", detail: "bastion: ECONNREFUSED" };
    },
    gateway: async (gateway) => {
      asked.push(gateway.name);
      return { ok: false, trouble: "refused", detail: "ECONNREFUSED" };
    },
    close: async () => {},
  };
}

describe("hosts that are in several targets", () => {
  it("are looked at once, for all of their deploy paths, and told of in each target as one row", async () => {
    const asked: string[] = [];
    const told: [number, number][] = [];
    const round = hostsRound([place("web"), place("api")], away(asked));
    const findings = await round.look((done, all) => told.push([done, all]), never);
    expect(asked).to.have.length(40);
    expect(asked[0]).to.equal("web-01 /srv/web /srv/api");
    expect(told[0]).to.deep.equal([0, 40]);
    expect(told.at(-1)).to.deep.equal([40, 40]);
    const rows = fold(findings).map(({ target, rows }) => [target?.service, rows.map((row) => row.subjects.length)]);
    expect(rows).to.deep.equal([
      ["web", [40]],
      ["api", [40]],
    ]);
  });

  it("may not be known at all, which is said of the target", async () => {
    const unknown = { ...place("web"), hosts: [], problem: "the inventory exits with 1" };
    const [finding] = await hostsRound([unknown], away([])).look(() => {}, never);
    expect(finding).to.deep.include({
      mark: "wrong",
      about: { kind: "hostsWrong", detail: "the inventory exits with 1" },
    });
  });
});

describe("a gateway", () => {
  it("is looked at by itself, so that what is wrong is said of it too", async () => {
    const asked: string[] = [];
    const findings = await gatewaysRound([bastion], away(asked)).look(() => {}, never);
    expect(asked).to.deep.equal(["bastion"]);
    expect(findings[0]).to.deep.include({ subject: "bastion", mark: "wrong" });
  });
});

describe("what is said meanwhile", () => {
  it("begins after a second, is written over, and leaves nothing behind", async () => {
    const clock = new ManualClock();
    let written = "";
    const write = (text: string) => {
      written += text;
    };
    const progress = new Progress({ write, columns: 60 }, clock);
    const [some, git] = [{}, {}];
    progress.tell(some, "hosts", { done: 3, all: 60 });
    progress.tell(git, "git", { done: 0, all: 1 });
    expect(written).to.equal("");
    await clock.pass(1_000);
    expect(written).to.equal("\r\x1b[KStill looking at hosts 3 of 60 and git …");
    progress.done(git);
    progress.close();
    expect(written.endsWith("\r\x1b[KStill looking at hosts 3 of 60 …\r\x1b[K")).to.equal(true);
    progress.tell(some, "hosts", { done: 4, all: 60 });
    expect(written.endsWith("\r\x1b[K")).to.equal(true);
  });
});
