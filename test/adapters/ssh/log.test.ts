// What the operator reads of hosts that do not answer: the network's moods at debug, what a person has to look at as a warning.

import { expect } from "chai";
import { freePort } from "../../../playground/ports.ts";
import { never, tracedSite } from "../../contracts/fleet.ts";
import { sshStages } from "../../support/ssh-stage.ts";

describe("the log of the SSH fleet", () => {
  const stages = sshStages();
  let lines: unknown[] = [];
  const write = (level: string) => (message: string, fields?: object) => void lines.push({ level, message, ...fields });
  const log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };

  before(() => stages.start());
  after(() => stages.stop());
  beforeEach(() => {
    lines = [];
  });

  it("tells a host that refuses at debug", async () => {
    const { fleet, host, path } = await stages.stage({ log });
    await fleet.inspect({ ...host, port: await freePort() }, tracedSite(path), never);
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ level: "debug", host: "web-1", trouble: "refused" });
  });

  it("warns of a host key that nobody knows and of a key that does not open, without its passphrase", async () => {
    const strange = await stages.stage({ log, knownHosts: [] });
    await strange.fleet.inspect(strange.host, tracedSite(strange.path), never);
    const locked = await stages.stage({ log, privateKey: "/no/such/key", passphrase: "hunter2" });
    await locked.fleet.inspect(locked.host, tracedSite(locked.path), never);
    expect(lines).to.have.length(2);
    expect(lines[0]).to.include({ level: "warn", message: "no answer from a host", trouble: "unknownHostKey" });
    expect(lines[1]).to.include({ level: "warn", trouble: "noLogin" });
    expect(JSON.stringify(lines)).not.to.contain("hunter2");
  });

  it("says nothing of a host that answers", async () => {
    const { fleet, host, path } = await stages.stage({ log });
    await fleet.inspect(host, tracedSite(path), never);
    await fleet.close();
    expect(lines).to.deep.equal([]);
  });
});
