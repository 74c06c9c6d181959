import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { trackProcesses } from "../../../playground/fleet/processes.ts";
import { isAlive } from "./until.ts";

describe("processes to be ended, where the system shows none", () => {
  let path: string;
  let sleeper: ChildProcess;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "processes-"));
    sleeper = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    await once(sleeper, "spawn");
  });

  afterEach(async () => {
    sleeper.kill("SIGKILL");
    await rm(path, { recursive: true });
  });

  it("are found by their process group", async () => {
    const processes = trackProcesses([], "some-fleet", join(path, "no-proc"));
    processes.add(sleeper.pid as number);
    await processes.ended();
    expect(await isAlive(sleeper.pid as number)).to.equal(false);
  });

  it("are found by the pid files of the deploy paths", async () => {
    await mkdir(join(path, "shared"));
    await writeFile(join(path, "shared", "web.pid"), String(sleeper.pid));
    await writeFile(join(path, "shared", "broken.pid"), "not a number");
    await trackProcesses([path, join(path, "missing")], "some-fleet", join(path, "no-proc")).ended();
    expect(await isAlive(sleeper.pid as number)).to.equal(false);
  });
});
