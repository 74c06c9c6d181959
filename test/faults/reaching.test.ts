// Hosts that cannot be reached from the beginning, each in its own way. Nothing is touched where that is too many of them; otherwise the others get the release.

import { expect } from "chai";
import { freePort } from "../../playground/ports.ts";
import type { Host } from "../../src/deploy/order.ts";
import type { HostTrouble } from "../../src/ports/fleet.ts";
import { SshHost } from "../support/ssh-host.ts";
import { makeKey } from "../support/sshd.ts";
import { type Ended, expectCause } from "./deploy.ts";
import { FaultStage } from "./stage.ts";
import { type Manner, Strangers } from "./strangers.ts";

/** Each host is named after what it does. */
const STRANGE: Record<Manner, { trouble: HostTrouble; detail: RegExp }> = {
  "never answers": { trouble: "unreachable", detail: /no answer within [\d.]+ s/ },
  "says who it is and nothing more": { trouble: "unreachable", detail: /no answer within [\d.]+ s/ },
  "drips garbage": { trouble: "notSsh", detail: /instead of an SSH server something answers with/ },
  "hangs up at once": { trouble: "refused", detail: /hung up|ended the connection/ },
  "resets at once": { trouble: "refused", detail: /hung up|ECONNRESET/ },
  "is a web server": { trouble: "notSsh", detail: /HTTP\/1\.1 400 Bad Request/ },
};

const REAL: Record<string, { trouble: HostTrouble; detail: RegExp }> = {
  "has nothing that listens": { trouble: "refused", detail: /ECONNREFUSED/ },
  "knows another user's key": { trouble: "noLogin", detail: /accepts none of our keys/ },
  "shows another key": { trouble: "wrongHostKey", detail: /the host shows the ssh-ed25519 key SHA256:/ },
  "shows an unknown key": { trouble: "unknownHostKey", detail: /which is not in .*known_hosts/ },
};

describe("hosts that cannot be reached", () => {
  const strangers = new Strangers();
  let stage: FaultStage;
  let well: SshHost[];
  let bad: Host[];
  const extra: SshHost[] = [];

  before(async () => {
    stage = await FaultStage.open();
    well = await stage.addHosts(["well-1", "well-2"]);
    const other = await makeKey(stage.directory, "other");
    const start = async (name: string, key: string) => {
      const host = await SshHost.start(name, key);
      extra.push(host);
      return host;
    };
    const [locked, changed, unknown] = await Promise.all([
      start("knows another user's key", other.publicKey),
      start("shows another key", stage.key.publicKey),
      start("shows an unknown key", stage.key.publicKey),
    ]);
    const nobody = { ...(well[0] as SshHost).host, name: "has nothing that listens", port: await freePort() };
    bad = [
      ...(await Promise.all(Object.keys(STRANGE).map((name) => strangers.host(name, name as Manner)))),
      ...[locked, changed, unknown].map(({ host }) => host),
      nobody,
    ];
    const [, key = "", blob = ""] = (well[0] as SshHost).knownHosts.split(" ");
    const replaced = `[127.0.0.1]:${changed.host.port} ${key} ${blob}`;
    await stage.know([...well.map(({ knownHosts }) => knownHosts), locked.knownHosts, replaced].join(""));
  });
  after(async () => {
    await Promise.all(extra.map((host) => host.stop()));
    await strangers.stop();
    await stage.close();
  });

  const all = { ...STRANGE, ...REAL };

  describe("on the canary", () => {
    let ended: Ended;
    before(async function () {
      this.timeout(40_000);
      const [first, second] = well.map(({ host }) => host) as [Host, Host];
      const order = { canary: [...bad, first], batches: [[second]], concurrency: 16 };
      ended = await (await stage.begin(await stage.release({}), order)).ended(30_000);
    });

    it("let nothing be touched", () => {
      expect(ended.outcome).to.equal("untouched");
      expect(ended.thread).to.contain("The deploy did not begin, because").and.contain("No host was changed.");
    });

    for (const [name, { trouble, detail }] of Object.entries(all)) {
      it(`one that ${name} is named with its cause`, () => {
        expectCause(ended, name, trouble);
        expect(ended.thread).to.match(detail);
      });
    }
  });

  describe("in the fleet, where they may fail", () => {
    let ended: Ended;
    before(async function () {
      this.timeout(40_000);
      const [first, second] = well.map(({ host }) => host) as [Host, Host];
      const order = { canary: [first], batches: [bad, [second]], maxFailedHosts: bad.length, concurrency: 16 };
      ended = await (await stage.begin(await stage.release({}), order)).ended(30_000);
    });

    it("keep nobody else from the release, and the deploy does not call itself done", () => {
      expect(ended.outcome).to.equal("incomplete");
      expect(well.map(({ name }) => ended.hosts.get(name)?.is)).to.deep.equal(["new", "new"]);
      expect(ended.thread).to.match(/ run \S+: all but .* Look at these hosts/);
    });

    for (const [name, { trouble, detail }] of Object.entries(all)) {
      it(`one that ${name} is named as not reached, with its cause`, () => {
        expect(ended.hosts.get(name)).to.include({ is: "unreachable", trouble });
        expectCause(ended, name, trouble);
        expect(ended.thread).to.match(detail);
      });
    }
  });
});
