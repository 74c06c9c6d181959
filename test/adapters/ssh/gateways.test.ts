// Hosts behind a gateway, against real OpenSSH: many on one connection to it, and every way in which it may fail them.

import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { freePort } from "../../../playground/ports.ts";
import type { Connection } from "../../../src/adapters/ssh/connect.ts";
import type { Connections } from "../../../src/adapters/ssh/connections.ts";
import type { NoConnection } from "../../../src/adapters/ssh/trouble.ts";
import type { Gateway, Host } from "../../../src/deploy/order.ts";
import { never } from "../../contracts/fleet.ts";
import { type Behind, startBehind } from "../../support/behind-gateway.ts";
import { startNarrowGateway } from "../../support/narrow-gateway.ts";
import { startProxy } from "../../support/proxy.ts";
import { makeKey } from "../../support/sshd.ts";
import { until } from "../../support/until.ts";

const many = 40;

describe("hosts behind a gateway", function () {
  this.timeout(60_000);
  let behind: Behind;
  before(async () => {
    behind = await startBehind();
  });
  after(() => behind.stop());

  const hosts = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => behind.host(index)));
  const open = (connections: Connections, host: Host) => connections.use(host, never, async (connection) => connection);
  const troubleOf = async (connections: Connections, host: Host): Promise<NoConnection> =>
    open(connections, host).then(
      () => {
        throw new Error("it was reached");
      },
      (error) => error,
    );
  const said = (connection: Connection) =>
    new Promise<string>((resolve, reject) =>
      connection.client.exec("echo here", (error, channel) => {
        if (error) return reject(error);
        channel.on("data", (piece: Buffer) => resolve(piece.toString()));
      }),
    );

  it("are all reached on one connection to it, which ends with the last of them", async () => {
    const all = await hosts(many);
    const connections = await behind.connections();
    const { ever } = behind.line.connections();
    const opened = await Promise.all(all.map((host) => open(connections, host)));
    expect(await Promise.all(opened.map(said))).to.deep.equal(all.map(() => "here\n"));
    expect(behind.line.connections()).to.deep.equal({ ever: ever + 1, open: 1 });
    await connections.close(all.slice(1));
    expect(behind.line.connections().open).to.equal(1);
    await connections.close(all.slice(0, 1));
    await until("the gateway is left", () => behind.line.connections().open === 0);
  });

  it("are hosts of their own: one with the same address elsewhere is another one", async () => {
    const [host] = (await hosts(1)) as [Host];
    const connections = await behind.connections();
    const { gateway: _, ...direct } = host;
    expect(await open(connections, host)).not.to.equal(await open(connections, direct));
    await connections.close();
  });

  it("may be behind several gateways at once", async () => {
    const second = await startBehind();
    try {
      const [one, other] = [await behind.host(0), await second.host(0)];
      const path = join(behind.directory, "both");
      await writeFile(path, `${behind.known()}${second.known()}`);
      const connections = await behind.connections({ knownHosts: [path] });
      expect(await said(await open(connections, one))).to.equal("here\n");
      const { trouble, message } = await troubleOf(connections, {
        ...other,
        gateway: { ...second.gateway, name: "other" },
      });
      expect(trouble).to.equal("gatewayDown");
      expect(message).to.match(/gateway other: .*none of our keys/);
      await connections.close();
    } finally {
      await second.stop();
    }
  });

  describe("whose keys are checked", () => {
    it("are not reached while the gateway's key is unknown", async () => {
      const host = await behind.host(0);
      const path = join(behind.directory, "inner-only");
      await writeFile(path, behind.known().split("\n").slice(1).join("\n"));
      const { trouble, message } = await troubleOf(await behind.connections({ knownHosts: [path] }), host);
      expect(trouble).to.equal("gatewayDown");
      expect(message).to.match(
        /^no connection to the gateway bastion: the host shows the ssh-ed25519 key SHA256:.*not in/,
      );
    });

    it("are refused while their own key is unknown or another one", async () => {
      const host = await behind.host(0);
      const other = await makeKey(behind.directory, "another-key");
      const [gateway] = behind.known().split("\n");
      const unknown = join(behind.directory, "gateway-only");
      await writeFile(unknown, `${gateway}\n`);
      const wrong = join(behind.directory, "wrong");
      await writeFile(wrong, `${gateway}\n[127.0.0.1]:${host.port} ${other.publicKey}\n`);
      for (const [path, trouble] of [
        [unknown, "unknownHostKey"],
        [wrong, "wrongHostKey"],
      ] as const) {
        const connections = await behind.connections({ knownHosts: [path] });
        expect(await troubleOf(connections, host)).to.include({ trouble });
        await connections.close();
      }
      await until("the gateway is left", () => behind.line.connections().open === 0);
    });
  });

  describe("that cannot be reached", () => {
    const at = async (gateway: Partial<Gateway>): Promise<Host> => ({
      ...(await behind.host(0)),
      gateway: { ...behind.gateway, ...gateway },
    });
    const tell = async (host: Host, change = {}) => {
      const connections = await behind.connections({ connectTimeoutMs: 600, ...change });
      const { trouble, message } = await troubleOf(connections, host);
      await connections.close();
      return `${trouble}: ${message}`;
    };

    it("say what is wrong with the gateway", async () => {
      const port = await freePort();
      expect(await tell(await at({ port }))).to.match(
        /^gatewayDown: no connection to the gateway bastion: connect ECONNREFUSED/,
      );
      expect(await tell(await at({ user: "nobody-here" }))).to.contain(
        "gateway bastion: the host accepts none of our keys",
      );
      const silent = createServer(() => {});
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const { port: quiet } = silent.address() as { port: number };
      expect(await tell(await at({ port: quiet }))).to.contain("gateway bastion: no answer within 0.6 s");
      await new Promise((resolve) => silent.close(resolve));
    });

    it("say that the gateway does not get through to them, and why", async () => {
      const refused = { ...(await at({})), name: "web-07", port: await freePort() };
      expect(await tell(refused)).to.equal("gatewayDown: the gateway bastion cannot reach web-07: Connection refused");
      const nameless = { ...(await at({})), address: "no.such.name.invalid" };
      expect(await tell(nameless, { connectTimeoutMs: 15_000 })).to.match(
        /^gatewayDown: the gateway bastion cannot reach web-0: ./,
      );
      await until("the gateway is left", () => behind.line.connections().open === 0);
    });

    it("are told apart from a gateway that works when they say nothing, garbage, or hang up", async () => {
      const answers: [(socket: import("node:net").Socket) => void, RegExp][] = [
        [() => {}, /^unreachable: no answer within 0.6 s/],
        [(socket) => void socket.end("220 mail ready\r\n"), /^notSsh: .*220 mail ready/],
        [(socket) => void socket.end(), /^refused: it hung up before keys were exchanged \(tried \d+ times/],
        [
          (socket) => void socket.resetAndDestroy(),
          /^refused: it hung up before keys were exchanged|^gatewayDown: .* cannot reach web-0: Connection reset/,
        ],
      ];
      for (const [answer, words] of answers) {
        const server = createServer((socket) => answer(socket.on("error", () => {})));
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const { port } = server.address() as { port: number };
        expect(await tell({ ...(await at({})), port })).to.match(words);
        await new Promise((resolve) => server.close(resolve));
      }
    });

    it("say so when the gateway forwards nothing at all", async () => {
      const closed = await startBehind(["AllowTcpForwarding no"]);
      const connections = await closed.connections();
      const told = await Promise.all([closed.host(0), closed.host(1)]).then((both) =>
        Promise.all(both.map((host) => troubleOf(connections, host))),
      );
      for (const { trouble, message } of told) {
        expect(trouble).to.equal("gatewayDown");
        expect(message).to.match(/^the gateway bastion opens no connection to web-[01]: open failed/);
      }
      await connections.close();
      await closed.stop();
    });
  });

  describe("when the gateway dies", () => {
    const deaths = {
      "with a reset": (line: Behind["line"]) => line.reset(),
      "with a FIN": (line: Behind["line"]) => line.finish(),
      "by falling silent": (line: Behind["line"]) => line.fallSilent(),
    };
    for (const [how, die] of Object.entries(deaths)) {
      it(`${how}: all connections are over at once, and all tries after that share one new connection`, async () => {
        const all = await hosts(many);
        const line = await startProxy(behind.gatewaySshd.port);
        const gateway = { ...behind.gateway, port: line.port };
        const path = join(behind.directory, `dying-${line.port}`);
        await writeFile(path, `${behind.known()}${behind.gatewaySshd.knownHosts.replace(/:\d+ /, `:${line.port} `)}`);
        const connections = await behind.connections({ knownHosts: [path], keepaliveMs: 200 });
        const there = all.map((host) => ({ ...host, gateway }));
        const opened = await Promise.all(there.map((host) => open(connections, host)));
        die(line);
        const died = Date.now();
        await Promise.all(
          opened.map(({ over }) => over.aborted || new Promise((resolve) => over.addEventListener("abort", resolve))),
        );
        expect(Date.now() - died).to.be.lessThan(3_000);
        if (how.includes("silent")) {
          await line.close();
          return connections.close();
        }
        expect(line.connections().ever).to.equal(1);
        const again = await Promise.all(there.map((host) => open(connections, host)));
        expect(await Promise.all(again.map(said))).to.have.length(many);
        expect(line.connections().ever).to.equal(2);
        await connections.close();
        await line.close();
      });
    }

    it("leaves nobody hanging who was about to be connected", async () => {
      const all = await hosts(many);
      const connections = await behind.connections();
      const { ever } = behind.line.connections();
      const answers = Promise.all(
        all.map((host) =>
          open(connections, host).then(
            () => "reached",
            (error) => error.trouble,
          ),
        ),
      );
      await until("some are on their way", () => behind.line.connections().ever > ever && behind.line.sent() > 0);
      behind.line.reset();
      for (const answer of await answers) expect(answer).to.be.oneOf(["reached", "gatewayDown"]);
      await connections.close();
    });
  });

  it("break alone: what happens on the way from the gateway to one host does not touch the others", async () => {
    const [one, other] = (await hosts(2)) as [Host, Host];
    const connections = await behind.connections();
    const [first, second] = [await open(connections, one), await open(connections, other)];
    (await behind.lineTo(0)).reset();
    await until("the first is over", () => first.over.aborted);
    expect(await said(second)).to.equal("here\n");
    await connections.close();
  });

  describe("of a gateway that counts channels", () => {
    it("are spread over further connections, up to the configured number", async () => {
      const narrow = await startNarrowGateway(behind.directory, 10);
      const all = (await hosts(25)).map((host) => ({ ...host, gateway: { ...behind.gateway, port: narrow.port } }));
      const path = join(behind.directory, "narrow");
      await writeFile(path, `${behind.known()}${narrow.knownHosts}`);
      const wide = await behind.connections({ knownHosts: [path], gateways: { bastion: { connections: 3 } } });
      await Promise.all(all.map((host) => open(wide, host)));
      expect(narrow.open().sort()).to.deep.equal([10, 10, 5].sort());
      await wide.close();
      const tight = await behind.connections({ knownHosts: [path], gateways: { bastion: { connections: 2 } } });
      const answers = await Promise.all(
        all.map((host) =>
          open(tight, host).then(
            () => null,
            (error) => error,
          ),
        ),
      );
      const refused = answers.filter((error) => error !== null);
      expect(refused).to.have.length(5);
      for (const { trouble, message } of refused) {
        expect(trouble).to.equal("gatewayDown");
        expect(message).to.match(
          /the gateway bastion opens no connection to web-\d+: .*; all 2 connections to it are in use/,
        );
      }
      await tight.close(all.slice(0, 20));
      await tight.close();
      await narrow.close();
    });
  });

  it("are not waited for by somebody who stops", async () => {
    const host = await behind.host(0);
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as { port: number };
    const connections = await behind.connections();
    const stop = new AbortController();
    const gateway = { ...behind.gateway, port };
    const trying = connections.use({ ...host, gateway }, stop.signal, async () => {}).catch((error) => error);
    stop.abort();
    expect(await trying).to.include({ trouble: "aborted" });
    await connections.close();
    await new Promise((resolve) => silent.close(resolve));
  });
});
