// One connection per host for all deploys that work there: whoever is done with it does not take it from the others.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Connection } from "../../../src/adapters/ssh/connect.ts";
import { Connections } from "../../../src/adapters/ssh/connections.ts";
import type { Host } from "../../../src/deploy/order.ts";
import { expectOk, type FleetStage, never, tracedSite } from "../../contracts/fleet.ts";
import { sshStages } from "../../support/ssh-stage.ts";

describe("a connection that several deploys share", () => {
  const stages = sshStages();
  let at: FleetStage;
  let connections: Connections;
  let host: Host;

  before(() => stages.start());
  after(() => stages.stop());
  beforeEach(async () => {
    at = await stages.stage();
    host = at.host;
    const knownHosts = [await stages.knownHosts(stages.sshd.knownHosts)];
    connections = new Connections({ privateKey: stages.key.path, knownHosts });
  });
  afterEach(async () => {
    await connections.close();
    await at.fleet.close();
  });

  /** Work that has begun and ends when told to. */
  async function begin() {
    let end = () => {};
    let connection: Connection | undefined;
    let ended: Promise<void> = Promise.resolve();
    await new Promise<void>((begun, failed) => {
      ended = connections.use(host, never, (given) => {
        connection = given;
        begun();
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      });
      ended.catch(failed);
    });
    if (!connection) throw new Error("no connection was given");
    return {
      connection,
      end() {
        end();
        return ended;
      },
    };
  }

  const untilOver = ({ over }: Connection) =>
    new Promise<void>((resolve) => {
      if (over.aborted) resolve();
      over.addEventListener("abort", () => resolve());
    });

  it("does not break the switch of one deploy when another one ends", async () => {
    const begun = join(at.path, "begun");
    const go = join(at.path, "go");
    const site = tracedSite(at.path, { restart: `echo 1 >${begun}; until [ -e ${go} ]; do sleep 0.05; done` });
    const archive = await at.archive({ a: "1" });
    const switching = at.fleet.rollOut(host, { site, release: "r1", archive, token: 1 }, never);
    while ((await at.read(begun)) === null) await new Promise((resolve) => setTimeout(resolve, 20));
    await at.fleet.inspect({ ...host, name: "the other service's name for it" }, tracedSite(`${at.path}-other`), never);
    await at.fleet.close([host]);
    await writeFile(go, "");
    expectOk(await switching);
  });

  it("ends as soon as the last work on it is over, once it was closed meanwhile", async () => {
    const [first, second] = [await begin(), await begin()];
    expect(second.connection).to.equal(first.connection);
    await connections.close([host]);
    await first.end();
    expect(await connections.use(host, never, async ({ over }) => over.aborted)).to.equal(false);
    await second.end();
    await untilOver(first.connection);
    const third = await begin();
    expect(third.connection).not.to.equal(first.connection);
    await third.end();
  });

  it("stays open for the next work when nobody has closed it", async () => {
    const first = await begin();
    await first.end();
    const second = await begin();
    expect(second.connection).to.equal(first.connection);
    await second.end();
  });

  it("is gone when closing it resolves, if nothing is under way on it", async () => {
    const { connection, end } = await begin();
    await end();
    await connections.close([host]);
    expect(connection.over.aborted).to.equal(true);
  });

  it("may be closed while it is being opened, and is there for whoever waits for it", async () => {
    const work = connections.use(host, never, async ({ over }) => over.aborted);
    await connections.close([host]);
    expect(await work).to.equal(false);
  });

  it("ends at once, with what is under way on it, when everything is closed", async () => {
    const { connection, end } = await begin();
    await connections.close([host]);
    await connections.close();
    expect(connection.over.aborted).to.equal(true);
    await end();
  });
});
