// The command line with hosts that are kept elsewhere: `lockstep check` reads them, and `check-config` tells how many there are or what is wrong with them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { aConfiguration, type Bench, fill, startBench } from "./bench.ts";

describe("the command line, with hosts that are kept elsewhere", function () {
  this.timeout(60_000);
  let bench: Bench;
  before(async () => {
    const configuration = aConfiguration();
    const { production, staging } = configuration.services.web.environments;
    production.hosts = { command: "cat hosts" };
    staging.hosts = { file: "staging.yml" };
    bench = await startBench(configuration);
    list("web-[1..4]");
    writeFileSync(join(bench.folder, "staging.yml"), "- stage-1\n- stage-[2..3]\n");
    fill(bench, "web.up", { hosts: ["web-1", "web-2"], value: 1 });
    fill(bench, "web.jobs", { hosts: ["web-1", "web-2"], value: 3 });
  });
  after(() => bench.close());
  const list = (text: string) => writeFileSync(join(bench.folder, "hosts"), text);
  const valid = (hosts: string) => `${join(bench.folder, "lockstep.yml")} is valid: ${hosts}.\n`;

  it("checks the canary of the list, and canary hosts by ranges", async () => {
    const own = await bench.run(["check", "web"]);
    expect({ code: own.code, err: own.err }).to.deep.equal({ code: 0, err: "" });
    expect(own.out).to.include("Every check passed on web-1.");
    const ranged = await bench.run(["check", "web", "--canary", "web-[1..2]"]);
    expect(ranged.out).to.include("Every check passed on web-1 and web-2.");
    const unknown = await bench.run(["check", "web", "--canary", "web-9"]);
    expect(unknown.err.replace(/\s+/g, " ")).to.match(/^web-9 is not among the hosts of web in production/);
  });

  it("cannot tell when there is no list", async () => {
    list("");
    const { code, out, err } = await bench.run(["check", "web"]);
    list("web-[1..4]");
    expect({ code, out }).to.deep.equal({ code: 2, out: "" });
    expect(err.replace(/\s+/g, " ").trim()).to.equal(
      "It is not known which hosts web has in production: the inventory command names no host.",
    );
  });

  it("counts hosts with check-config, those of commands only when it is asked to run them", async () => {
    const { code, out } = await bench.run(["check-config"]);
    const unread = "web in production (hosts of an inventory command, not run), staging (3 hosts)";
    expect({ code, out }).to.deep.equal({ code: 0, out: valid(unread) });
    const all = await bench.run(["check-config", "--inventory"]);
    expect(all.out).to.equal(valid("web in production (4 hosts), staging (3 hosts)"));
  });

  it("says with check-config what is wrong with a file, and with --inventory also what a command says wrongly", async () => {
    writeFileSync(join(bench.folder, "staging.yml"), "- stage-1\n- stage-1\n");
    list("nonsense nonsense");
    const file = await bench.run(["check-config"]);
    expect(file.code).to.equal(1);
    expect(file.err).to.equal(
      `${join(bench.folder, "lockstep.yml")} has a mistake:\n  services.web.environments.staging.hosts: it is not known which hosts there are: the file of hosts has mistakes: hosts names stage-1 more than once\n`,
    );
    const both = await bench.run(["check-config", "--inventory"]);
    expect(both.code).to.equal(1);
    expect(both.err).to.include(
      "services.web.environments.production.hosts: it is not known which hosts there are: the inventory command has mistakes: line 1, nonsense is not a key that is known here",
    );
    const wrong = await bench.run(["check-config", "--everything"]);
    expect(wrong).to.deep.include({
      code: 1,
      err: "lockstep check-config takes no --everything: see lockstep check-config --help.\n",
    });
  });
});
