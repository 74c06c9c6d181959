// Reading the journal of a bot that is running: another process has the store open for writing, keeps it, and notices nothing.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { open } from "lmdb";
import { CannotRead, readEmbeddedJournal } from "../../../src/adapters/embedded/readOnly.ts";
import { openEmbeddedStore } from "../../../src/adapters/embedded/store.ts";
import { until } from "../../support/until.ts";

const HOLDER = join(import.meta.dirname, "holder.ts");

describe("a journal that another process has open", () => {
  let directory: string;
  let holder: ChildProcess;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
    holder = spawn(process.execPath, ["--import", "tsx", HOLDER, directory], { stdio: ["pipe", "pipe", "inherit"] });
    await once(createInterface({ input: holder.stdout as NodeJS.ReadableStream }), "line");
  });

  after(async () => {
    holder.kill("SIGKILL");
    await once(holder, "exit");
    await rm(directory, { recursive: true });
  });

  it("can be read, and stays that process's own", async () => {
    const reader = await readEmbeddedJournal(directory);
    expect(await reader.streams("")).to.deep.equal(["a"]);
    expect(await reader.read("a")).to.deep.equal([{ version: 1, fact: { kind: "written", at: 1 } }]);
    holder.stdin?.write("more\n");
    await until("what is appended meanwhile", async () => (await reader.read("a", 1)).length === 1);
    await reader.close();
    const error = await openEmbeddedStore(directory).catch((refused: Error) => refused.name);
    expect(error, "the holder still has it").to.equal("StoreInUse");
  });
});

describe("a journal that a process of our own number has open, as in another container", () => {
  it("is not read, with a sentence that says where to", async () => {
    const directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
    const { journal } = await openEmbeddedStore(directory);
    const refused = await readEmbeddedJournal(directory).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(CannotRead);
    expect((refused as Error).message).to.match(
      /^The bot has .* open in another container, .*: run this in the bot's own/,
    );
    await journal.close();
    await rm(directory, { recursive: true });
  });
});

describe("a folder without a journal", () => {
  it("is said to be one, and nothing is made there", async () => {
    const directory = join(tmpdir(), "lockstep-nowhere");
    const refused = await readEmbeddedJournal(directory).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(CannotRead);
    expect((refused as Error).message).to.match(
      /^There is no journal in .*lockstep-nowhere: set DATA_DIR to the bot's/,
    );
    expect(existsSync(directory)).to.equal(false);
  });

  it("and one that was never written to are different: that one is empty", async () => {
    const directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
    await open({ path: join(directory, "journal.lmdb"), maxDbs: 4 }).close();
    const reader = await readEmbeddedJournal(directory);
    expect([await reader.streams("target/"), await reader.read("a")]).to.deep.equal([[], []]);
    await reader.close();
    await rm(directory, { recursive: true });
  });
});
