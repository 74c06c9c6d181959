// Stories of hosts and of Datadog at their worst: each ends, says what is so and what to do, and leaves no lock behind.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Fault } from "../../playground/datadog/server.ts";
import { git } from "../../playground/demo/git.ts";
import { CHANNEL, quick, quickPlayground, type Story } from "../support/story.ts";

describe("a host that", () => {
  let story: Story;
  let first: string[];
  beforeEach(async function () {
    this.timeout(60_000);
    story ??= await quickPlayground();
    first ??= await story.releases();
  });
  after(() => story.close());
  afterEach(async () => {
    expect(await story.releases(), "every host runs what it ran").to.deep.equal(first);
    expect(await story.type("/canary web")).to.include("Nobody holds the lock.");
  });

  it("refuses connections stops the deploy before anything is changed", async function () {
    this.timeout(60_000);
    await story.playground.fleet.down("web-01");
    await story.deploy("web");
    await story.until("stopped, nothing was changed");
    expect(await story.said("web-01 refuses SSH connections")).to.include("Is sshd running there");
    await story.playground.fleet.up("web-01");
  });

  it("accepts and never answers does the same", async function () {
    this.timeout(90_000);
    await story.playground.fleet.hang("web-02");
    await story.deploy("web");
    await story.until("stopped, nothing was changed");
    expect(await story.said("web-02 does not answer")).to.include("Is the host up");
    await story.playground.fleet.up("web-02");
  });

  it("shows another key than the one in known_hosts is not logged in to", async function () {
    this.timeout(60_000);
    const { knownHostsPath } = story.playground.fleet;
    const known = await readFile(knownHostsPath, "utf8");
    const [first = "", second = ""] = known.split("\n");
    await writeFile(knownHostsPath, known.replace(first.split(" ")[2] ?? "", second.split(" ")[2] ?? ""));
    await story.deploy("web");
    await story.until("stopped, nothing was changed");
    expect(await story.said("web-01 shows another host key")).to.include("do not log in");
    await writeFile(knownHostsPath, known.replace(`${first}\n`, ""));
    await story.deploy("web");
    expect(await story.said("web-01 shows a host key that is not in known_hosts")).to.include("SHA256:");
    await story.until("stopped, nothing was changed");
    await writeFile(knownHostsPath, known);
  });

  it("is not healthy as the second of the canary takes the first one back with it", async function () {
    this.timeout(60_000);
    const { directory } = story.playground.repository;
    await git(directory, ["checkout", "--quiet", "-B", "ill-on-one-host", "main"]);
    await writeFile(
      join(directory, "bin/health"),
      '#!/bin/sh\nif [ "$LOCKSTEP_HOST" = web-02 ]; then echo "no database"; exit 3; fi\n',
    );
    await git(directory, [
      "-c",
      "user.name=you",
      "-c",
      "user.email=you@example.com",
      "commit",
      "--quiet",
      "-am",
      "Ask the database for its health",
    ]);
    await story.deploy("web@ill-on-one-host");
    await story.until("canary failed, rolled back.");
    expect(await story.said("web-02 did not become healthy in time")).to.include("the service's own log");
    const output = JSON.stringify(story.slack.replies(CHANNEL, story.root()?.ts ?? "").map(({ blocks }) => blocks));
    expect(output, "the command's own words").to.include("no database");
    expect(story.thread().join("\n")).to.include("The canary host web-02 failed. Rolling back: web-01 and web-02.");
  });

  it("cannot start the new release gets the old one back", async function () {
    this.timeout(60_000);
    await story.deploy("web@does-not-start");
    await story.until("rolled back");
    const line = await story.said("could not restart the service");
    expect(line).to.include("the restart command exited with 1");
  });
});

describe("Datadog", () => {
  let story: Story;
  before(async function () {
    this.timeout(60_000);
    story = await quickPlayground({ pace: quick({ bake: "4s", settle: "1s", every: "300ms" }) });
  });
  after(() => story.close());
  afterEach(() => story.playground.datadog.clearFaults());

  const table: [string, Fault, RegExp][] = [
    ["answering 403", { kind: "forbidden" }, /Datadog refuses our keys .*Check DD_API_KEY and DD_APP_KEY/],
    ["answering 429", { kind: "rateLimited", resetS: 1 }, /Datadog limits our requests/],
    ["answering 500", { kind: "serverError", status: 500 }, /Datadog answers with an error of its own/],
    ["answering HTML", { kind: "html", status: 200 }, /something other than Datadog's API answers/],
    ["answering nothing", { kind: "empty", status: 200 }, /something other than Datadog's API answers/],
  ];
  for (const [situation, fault, words] of table) {
    it(`${situation} never passes a canary: a person is asked`, async function () {
      this.timeout(60_000);
      story.playground.datadog.fault("any", fault);
      await story.deploy("web");
      await story.until("waiting for a decision");
      expect(await story.said("cannot tell")).to.match(words);
      expect(story.buttons()).to.deep.equal(["Promote now", "Bake once more", "Roll back web"]);
      const status = await story.press("rollBack");
      expect(status).to.include("is being rolled back");
      await story.until(": rolled back.");
      expect(story.thread().join("\n"))
        .to.not.include(story.playground.datadog.apiKey)
        .and.not.include(story.playground.datadog.appKey);
    });
  }

  it("that has come back passes it after a second bake", async function () {
    this.timeout(60_000);
    story.playground.datadog.fault("timeseries", { kind: "serverError", status: 500 });
    await story.deploy("web");
    await story.until("waiting for a decision");
    story.playground.datadog.clearFaults();
    await story.press("retry");
    await story.until(": deployed.");
  });

  it("whose monitor is red before the deploy passes it: the monitor is named and left out", async function () {
    this.timeout(60_000);
    story.playground.datadog.monitor(101).alert("host:web-03");
    await story.deploy("web");
    await story.until(": deployed.");
    expect(story.thread().join("\n")).to.include(
      "Already alerting before this deploy, and left out: “Background jobs are being finished”.",
    );
  });
});

describe("a question that nobody answers", () => {
  let story: Story;
  before(async function () {
    this.timeout(60_000);
    story = await quickPlayground({ pace: quick({ bake: "4s", settle: "1s", every: "300ms", askFor: "2s" }) });
  });
  after(() => story.close());

  it("is answered with the way back", async function () {
    this.timeout(60_000);
    story.playground.datadog.fault("any", { kind: "serverError", status: 500 });
    await story.deploy("web");
    await story.until(": rolled back.");
    expect(story.thread().join("\n")).to.include("Nobody answered in time. Rolling back: web-01 and web-02.");
  });
});
