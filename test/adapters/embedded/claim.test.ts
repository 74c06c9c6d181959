// One folder and several processes that want it: real ones, started together, killed, and with what killed ones leave behind.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rename, rm, symlink } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { expect } from "chai";
import { openEmbeddedStore, StoreInUse } from "../../../src/adapters/embedded/store.ts";

const RIVAL = join(import.meta.dirname, "rival.ts");

interface Rival {
  process: ChildProcess;
  ask(word: "open" | "close"): Promise<string>;
}

describe("a folder that several processes want", () => {
  let directory: string;
  let rivals: Rival[] = [];
  const servers: Server[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
  });

  afterEach(async () => {
    await Promise.all(rivals.map(({ process }) => kill(process)));
    rivals = [];
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    await rm(directory, { recursive: true });
  });

  const kill = async (process: ChildProcess) => {
    if (process.exitCode !== null || process.signalCode !== null) return;
    process.kill("SIGKILL");
    await once(process, "exit");
  };

  async function start(folder = directory): Promise<Rival> {
    const child = spawn(process.execPath, ["--import", "tsx", RIVAL, folder], { stdio: ["pipe", "pipe", "inherit"] });
    const lines: Interface = createInterface({ input: child.stdout });
    const rival: Rival = {
      process: child,
      async ask(word) {
        child.stdin.write(`${word}\n`);
        const [line] = await once(lines, "line");
        return line;
      },
    };
    rivals.push(rival);
    await once(lines, "line");
    return rival;
  }

  const sockets = async (folder = directory) => (await readdir(folder)).filter((name) => name.includes(".sock"));

  /** A socket that answers with `reply`, or with nothing at all; `false` is what a killed process leaves. */
  async function plant(name: string, reply: string | null | false): Promise<void> {
    const server = createServer((caller) => {
      caller.on("error", () => {});
      if (typeof reply === "string") caller.end(reply);
    });
    await new Promise<void>((resolve) => server.listen(join(directory, "planted"), resolve));
    await rename(join(directory, "planted"), join(directory, name));
    if (reply === false) await new Promise((resolve) => server.close(resolve));
    else servers.push(server);
  }

  it("goes to exactly one of those that come at the same time, whatever a dead process has left there", async () => {
    await Promise.all([start(), start(), start()]);
    for (let round = 0; round < 15; round += 1) {
      await plant(`lockstep.sock.00000000000${round % 10}`, false);
      const answers = await Promise.all(rivals.map((rival) => rival.ask("open")));
      expect(answers.filter((answer) => answer === "have")).to.have.length(1);
      for (const answer of answers) expect(answer).to.match(/^have$|^StoreInUse: .* is in use by another Lockstep/);
      expect(await sockets()).to.have.length(1);
      await Promise.all(rivals.map((rival) => rival.ask("close")));
      expect(await sockets()).to.deep.equal([]);
    }
  });

  it("goes to another one as soon as the process that had it was killed", async () => {
    const [first, second] = [await start(), await start()];
    expect(await first.ask("open")).to.equal("have");
    expect(await second.ask("open")).to.contain(`in use by another Lockstep (process ${first.process.pid})`);
    await kill(first.process);
    expect(await second.ask("open")).to.equal("have");
    expect(await sockets()).to.have.length(1);
  });

  it("stays with a process that is stopped and cannot answer", async () => {
    const first = await start();
    expect(await first.ask("open")).to.equal("have");
    first.process.kill("SIGSTOP");
    expect(await refusal(directory)).to.equal(
      `${directory} is in use by another Lockstep: stop it first, or set DATA_DIR to another folder.`,
    );
  });

  it("is not taken from a process that has the same number as we, as in another container", async () => {
    await plant("lockstep.sock.0123456789ab", JSON.stringify({ pid: process.pid, owns: true }));
    expect(await refusal(directory)).to.contain(`in use by another Lockstep (process ${process.pid})`);
    expect(await sockets()).to.deep.equal(["lockstep.sock.0123456789ab"]);
  });

  it("is left to the one with the smaller name while both only want it", async () => {
    await plant("lockstep.sock.000000000000", JSON.stringify({ pid: 17, owns: false }));
    expect(await refusal(directory)).to.contain("(process 17)");
  });

  it("is waited for while one with a greater name may still take it", async () => {
    let calls = 0;
    const server = createServer((caller) => {
      calls += 1;
      caller.on("error", () => {}).end(JSON.stringify({ pid: 17, owns: calls > 2 }));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(join(directory, "lockstep.sock.ffffffffffff"), resolve));
    expect(await refusal(directory)).to.contain("(process 17)");
    expect(calls).to.equal(3);
  });

  it("is refused a second time within one process, too", async () => {
    const { journal } = await openEmbeddedStore(directory);
    expect(await refusal(directory)).to.contain("is in use by another Lockstep");
    await journal.close();
    expect(await sockets()).to.deep.equal([]);
  });

  it("may have a path that no socket can have", async () => {
    const deep = join(directory, "a".repeat(120));
    await mkdir(deep);
    const first = await start(deep);
    expect(await first.ask("open")).to.equal("have");
    expect(await refusal(deep)).to.contain(`in use by another Lockstep (process ${first.process.pid})`);
    expect(await sockets(deep)).to.deep.equal([]);
    await kill(first.process);
    const { journal } = await openEmbeddedStore(deep);
    await journal.close();
  });

  it("does not keep a process alive that has nothing else to do", async () => {
    const store = new URL("../../../src/adapters/embedded/store.ts", import.meta.url).href;
    const text = `const { openEmbeddedStore } = await import(${JSON.stringify(store)}); await openEmbeddedStore(process.argv[1]);`;
    const args = ["--import", "tsx", "--input-type=module", "-e", text, directory];
    const child = spawn(process.execPath, args, { stdio: "inherit" });
    expect(await once(child, "exit")).to.deep.equal([0, null]);
  });

  it("is given back when the store in it cannot be opened", async () => {
    await symlink("/dev/full/journal", join(directory, "journal.lmdb"));
    const error = await openEmbeddedStore(directory).then(
      () => null,
      (broken: unknown) => broken,
    );
    expect(error).to.be.instanceOf(Error).and.not.instanceOf(StoreInUse);
    expect(await sockets()).to.deep.equal([]);
  });

  async function refusal(folder: string): Promise<string> {
    const opened = await openEmbeddedStore(folder).catch((error: unknown) => error);
    if (!(opened instanceof StoreInUse)) throw new Error("the store was not refused");
    return opened.message;
  }
});
