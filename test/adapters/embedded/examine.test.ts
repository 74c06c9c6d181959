// What doctor sees of the data folder, also while the bot has it open: nothing is claimed, made or written.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { examineFolder } from "../../../src/adapters/embedded/examine.ts";

describe("a data folder that doctor looks at", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-folder-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("is not there yet: it can be made, and is not", async () => {
    const path = join(directory, "new/data");
    const exam = await examineFolder(path, true);
    expect(exam).to.deep.include({ path, state: "creatable", at: directory, holder: null, journal: null });
    expect(exam.freeKiB).to.be.greaterThan(0);
    expect(existsSync(join(directory, "new"))).to.equal(false);
  });

  it("is there, without a journal", async () => {
    expect(await examineFolder(directory, true)).to.deep.include({ state: "writable", holder: null, journal: null });
  });

  it("is a file, or below one", async () => {
    const file = join(directory, "file");
    await writeFile(file, "");
    expect((await examineFolder(file, true)).state).to.equal("notDirectory");
    expect((await examineFolder(join(file, "data"), true)).state).to.equal("notDirectory");
  });

  it("holds a journal that cannot be read", async () => {
    await writeFile(join(directory, "journal.lmdb"), "no journal at all ".repeat(1_000));
    const { journal } = await examineFolder(directory, true);
    expect(journal).to.have.property("problem").that.is.a("string");
  });

  it("is open in the bot: says in which process, and what is in it; the bot keeps it", async () => {
    const holder: ChildProcess = spawn(
      process.execPath,
      ["--import", "tsx", join(import.meta.dirname, "holder.ts"), directory],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    await once(createInterface({ input: holder.stdout as NodeJS.ReadableStream }), "line");
    try {
      const exam = await examineFolder(directory, true);
      expect(exam).to.deep.include({ state: "writable", holder: { pid: holder.pid }, journal: { streams: 1 } });
      expect((await examineFolder(directory, true)).holder, "still").to.deep.equal({ pid: holder.pid });
    } finally {
      holder.kill("SIGKILL");
      await once(holder, "exit");
    }
  });
});
