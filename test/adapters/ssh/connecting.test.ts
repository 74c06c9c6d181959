// Hosts that cannot be reached, are someone else, or do not want us: each one has a trouble of its own, and none of them is touched.

import { createServer as createHttpServer } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { expect } from "chai";
import { freePort } from "../../../playground/ports.ts";
import type { Fleet, HostTrouble } from "../../../src/ports/fleet.ts";
import { expectOk, expectTrouble, type FleetStage, never, tracedSite } from "../../contracts/fleet.ts";
import { sshStages } from "../../support/ssh-stage.ts";
import { makeKey, type Sshd, startSshd } from "../../support/sshd.ts";

describe("connecting to a host", () => {
  const stages = sshStages({ hostKeys: ["ed25519", "ecdsa", "rsa"] });
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  let at: FleetStage;

  before(() => stages.start());
  after(() => stages.stop());
  beforeEach(async () => {
    at = await stages.stage();
  });
  afterEach(async () => {
    await at.fleet.close();
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => {})));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  async function attempt(fleet: Fleet, port = stages.sshd.port, user = at.host.user) {
    const archive = await at.archive({ a: "1" });
    const host = { ...at.host, port, user };
    const outcome = await fleet.rollOut(host, { site: tracedSite(at.path), release: "r1", archive, token: 1 }, never);
    await fleet.close();
    return outcome;
  }

  async function troubleAt(port: number, connectTimeoutMs = 5_000): Promise<{ trouble: HostTrouble; detail: string }> {
    const { fleet } = await stages.stage({ connectTimeoutMs });
    const outcome = expectTrouble(await attempt(fleet, port));
    expect(outcome).to.include({ touched: "no", previous: null, output: "" });
    return outcome;
  }

  it("is refused where nothing listens", async () => {
    expect(await troubleAt(await freePort())).to.include({ trouble: "refused" });
  });

  it("is refused by a host that hangs up at once", async () => {
    const port = await listen(createServer((socket) => socket.end()));
    expect(await troubleAt(port, 500)).to.include({ trouble: "refused" });
  });

  it("is refused by a host that resets at once", async () => {
    const port = await listen(createServer((socket) => socket.resetAndDestroy()));
    expect(await troubleAt(port, 500)).to.include({ trouble: "refused" });
  });

  it("gives up on a host that takes the call and never says anything", async () => {
    const port = await listen(createServer(() => {}));
    const begun = Date.now();
    expect(await troubleAt(port, 300)).to.include({ trouble: "unreachable", detail: "no answer within 0.3 s" });
    expect(Date.now() - begun).to.be.lessThan(2_000);
  });

  it("gives up on a host that says who it is and nothing more", async () => {
    const port = await listen(createServer((socket) => socket.write("SSH-2.0-Quiet\r\n")));
    expect(await troubleAt(port, 300)).to.include({ trouble: "unreachable" });
  });

  it("recognises a web server", async () => {
    const port = await listen(createHttpServer());
    const { trouble, detail } = await troubleAt(port);
    expect(trouble).to.equal("notSsh");
    expect(detail).to.contain("HTTP/1.1 400 Bad Request");
  });

  it("recognises something that keeps talking, but not SSH", async () => {
    const port = await listen(createServer((socket) => socket.write("220 mail ready\r\n")));
    expect(await troubleAt(port, 300)).to.include({ trouble: "notSsh" });
  });

  it("finds no such name", async () => {
    const outcome = await at.fleet.inspect({ ...at.host, address: "no..such..name" }, tracedSite(at.path), never);
    expect(outcome).to.include({ ok: false, trouble: "unreachable" });
  });

  it("is not let in with another key, as another user, or without any key", async () => {
    const other = await makeKey(stages.directory, "other");
    expect(expectTrouble(await attempt((await stages.stage({ privateKey: other.path })).fleet))).to.include({
      trouble: "noLogin",
    });
    expect(expectTrouble(await attempt(at.fleet, undefined, "no-such-user"))).to.include({ trouble: "noLogin" });
    expect(expectTrouble(await attempt((await stages.stage({ privateKey: undefined })).fleet))).to.include({
      trouble: "noLogin",
    });
  });

  describe("whose key is checked", () => {
    const lines = () => stages.sshd.knownHosts.trim().split("\n");
    const lineOf = (type: string) => lines().find((line) => line.includes(type)) ?? "";
    const fleetKnowing = async (text: string) =>
      (await stages.stage({ knownHosts: [await stages.knownHosts(text)] })).fleet;

    it("is refused while it is unknown, with the fingerprint to compare", async () => {
      const outcome = expectTrouble(await attempt(await fleetKnowing("# nothing yet\n")));
      expect(outcome).to.include({ trouble: "unknownHostKey", touched: "no" });
      expect(outcome.detail)
        .to.match(/SHA256:[A-Za-z0-9+/]{43}/)
        .and.contain("known_hosts_");
    });

    it("is refused when no file is configured, or the file is missing", async () => {
      for (const knownHosts of [[], ["/no/such/file"]]) {
        const { fleet } = await stages.stage({ knownHosts });
        expect(expectTrouble(await attempt(fleet))).to.include({ trouble: "unknownHostKey" });
      }
    });

    it("is refused when it is another one, with both fingerprints and the line", async () => {
      const impostor = await makeKey(stages.directory, "impostor");
      const outcome = expectTrouble(
        await attempt(await fleetKnowing(`[127.0.0.1]:${stages.sshd.port} ${impostor.publicKey}\n`)),
      );
      expect(outcome).to.include({ trouble: "wrongHostKey", touched: "no" });
      expect(outcome.detail.match(/SHA256:/g)).to.have.length(2);
      expect(outcome.detail).to.match(/known_hosts_\d+:1 /);
    });

    for (const type of ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"]) {
      it(`is accepted by its ${type} line alone, though the host has other keys as well`, async () => {
        expectOk(await attempt(await fleetKnowing(lineOf(type))));
      });
    }

    it("is refused when it is revoked, also when another line knows it", async () => {
      const text = lines()
        .map((line) => `@revoked ${line}\n${line}\n`)
        .join("");
      expect(expectTrouble(await attempt(await fleetKnowing(text)))).to.include({ trouble: "wrongHostKey" });
    });
  });

  describe("among many that hang", () => {
    it("is not kept waiting by them for long", async () => {
      const port = await listen(createServer(() => {}));
      const { fleet } = await stages.stage({ connectTimeoutMs: 4_000 });
      const stop = new AbortController();
      const site = tracedSite(at.path);
      const hanging = Array.from({ length: 12 }, (_, index) =>
        fleet.inspect({ ...at.host, user: `user-${index}`, port }, site, stop.signal),
      );
      const begun = Date.now();
      expect(await fleet.inspect(at.host, site, never)).to.include({ ok: true });
      expect(Date.now() - begun).to.be.lessThan(3_500);
      stop.abort();
      for (const answer of await Promise.all(hanging)) expect(answer).to.include({ ok: false, trouble: "aborted" });
      await fleet.close();
    });
  });

  describe("that was restarted", () => {
    let second: Sshd | undefined;
    afterEach(() => second?.stop());

    it("is called again when the old connection has died meanwhile", async () => {
      second = await startSshd({ authorizedKey: stages.key.publicKey });
      const { fleet } = await stages.stage({ knownHosts: [await stages.knownHosts(second.knownHosts)] });
      const host = second.host("web-2");
      expect(await fleet.inspect(host, tracedSite(at.path), never)).to.include({ ok: true });
      await second.killSessions();
      expect(await fleet.inspect(host, tracedSite(at.path), never)).to.include({ ok: true });
      await fleet.close();
    });
  });
});
