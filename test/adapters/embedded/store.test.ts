// Two processes and one store: the second is refused while the first lives, and takes over at once when it was killed.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { openEmbeddedStore, StoreInUse } from "../../../src/adapters/embedded/store.ts";

const HOLDER = join(import.meta.dirname, "holder.ts");
const FULL = join(import.meta.dirname, "full.ts");

describe("an embedded store that another process has open", () => {
  let directory: string;
  let holder: ChildProcess;
  let token: number;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
    holder = spawn(process.execPath, ["--import", "tsx", HOLDER, directory], { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = await once(createInterface({ input: holder.stdout as NodeJS.ReadableStream }), "line");
    token = JSON.parse(line).token;
  });

  after(async () => {
    if (holder.exitCode === null && holder.signalCode === null) {
      holder.kill("SIGKILL");
      await once(holder, "exit");
    }
    await rm(directory, { recursive: true });
  });

  it("is refused in a sentence that names the folder, the process and what to do", async () => {
    const error = await openEmbeddedStore(directory).then(
      () => null,
      (refused: unknown) => refused,
    );
    expect(error).to.be.instanceOf(StoreInUse);
    expect((error as Error).message).to.equal(
      `${directory} is in use by another Lockstep (process ${holder.pid}): stop it first, or set DATA_DIR to another folder.`,
    );
  });

  it("is taken over when that process was killed, with what it wrote, and its lease at once with a higher token", async () => {
    holder.kill("SIGKILL");
    await once(holder, "exit");
    const { journal, leases } = await openEmbeddedStore(directory);
    try {
      expect(await journal.read("a")).to.deep.equal([{ version: 1, fact: { kind: "written", at: 1 } }]);
      const lease = await leases.acquire("web", "another", 1_000);
      expect(lease.held && lease.token).to.be.greaterThan(token);
    } finally {
      await journal.close();
    }
  });
});

describe("an embedded store whose disk is full", () => {
  it("takes nothing, keeps what it has, goes on when there is room, and ends no process", async () => {
    const directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
    const filling = spawn(process.execPath, ["--import", "tsx", FULL, directory], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const heard = { out: "", err: "" };
    filling.stdout.on("data", (chunk) => (heard.out += chunk));
    filling.stderr.on("data", (chunk) => (heard.err += chunk));
    await once(filling, "close");
    await rm(directory, { recursive: true });
    expect(heard.out, heard.err).to.not.equal("");
    expect(JSON.parse(heard.out)).to.deep.equal({
      refused: "StoreUnreachable no",
      kept: true,
      again: ["done", "done", "done"],
      after: true,
    });
  });
});

describe("a folder that cannot hold the store", () => {
  it("is an error, not a store that forgets", async () => {
    const directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
    const file = join(directory, "a-file");
    await writeFile(file, "");
    const error = await openEmbeddedStore(file).then(
      () => null,
      (refused: Error) => refused,
    );
    expect(error?.message).to.contain(file);
    await rm(directory, { recursive: true });
  });

  it("because another file has the journal's name is refused in a sentence, and an empty one is a new journal", async () => {
    const directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
    const file = join(directory, "journal.lmdb");
    await writeFile(file, "not one".repeat(1_000));
    // In a process of its own: LMDB would end it.
    const holder = spawn(process.execPath, ["--import", "tsx", HOLDER, directory], {
      stdio: ["pipe", "ignore", "pipe"],
    });
    let said = "";
    holder.stderr.on("data", (chunk) => (said += chunk));
    await once(holder, "close");
    expect(said).to.contain(`${file} is not a journal: move it away and restore a backup`);
    await writeFile(file, "");
    const { journal } = await openEmbeddedStore(directory);
    expect(await journal.streams("")).to.deep.equal([]);
    await journal.close();
    await rm(directory, { recursive: true });
  });
});
