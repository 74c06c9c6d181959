// What is sent of an archive, and what becomes of it when the archive's file is changed meanwhile.

import { randomBytes } from "node:crypto";
import { mkdtemp, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { type Packed, Packing } from "../../../src/adapters/ssh/packing.ts";
import type { Archive } from "../../../src/ports/source.ts";
import { makeArchive } from "../../support/archive.ts";

const noise = randomBytes(600_000);

describe("an archive on its way to hosts", () => {
  let directory: string;
  let packing: Packing;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-packing-"));
  });
  afterEach(async () => {
    await packing.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  });

  async function pack(files: Record<string, string | Buffer>, change: Partial<Archive> = {}): Promise<Archive> {
    const archive = { ...(await makeArchive(directory, files)), ...change };
    packing = new Packing(archive);
    return archive;
  }

  async function all(packed: Packed | null): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of packed?.pieces.pieces() ?? []) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async function why(work: Promise<unknown>): Promise<string> {
    return work.then(
      () => "nothing is wrong",
      (error: Error) => error.message,
    );
  }

  for (const [what, files, form] of [
    ["is unzipped where zipping saves next to nothing", { noise }, "tar"],
    ["is unzipped where it is small", { text: "a".repeat(50_000) }, "tar"],
    ["is sent as it is where zipping saves much", { text: "a".repeat(500_000), noise }, "gz"],
  ] as const) {
    it(what, async () => {
      const { path } = await pack(files);
      const whole = await packing.whole();
      const file = await readFile(path);
      expect(whole.form).to.equal(form);
      expect((await all(whole)).equals(form === "gz" ? file : gunzipSync(file))).to.equal(true);
      expect(await readdir(directory)).to.have.lengthOf(1); // a file of ours has no name
    });
  }

  it("is not sent when it is not what it should be", async () => {
    await pack({ noise }, { sha256: "0".repeat(64) });
    expect(await why(packing.whole())).to.contain("another SHA-256");
    await pack({ noise }, { bytes: 10 });
    expect(await why(packing.whole())).to.contain("instead of 10");
  });

  it("is not sent on from where its file was changed after it was looked at", async () => {
    const { path } = await pack({ text: "a".repeat(500_000), noise });
    const whole = await packing.whole();
    const file = await open(path, "r+");
    await file.write(Buffer.from([1, 2, 3]), 0, 3, 300_000); // in its second piece
    await file.close();
    const sent: number[] = [];
    const sending = (async () => {
      for await (const { length } of whole.pieces.pieces()) sent.push(length);
    })();
    expect(await why(sending)).to.contain("has changed");
    expect(sent).to.have.lengthOf(1);
    expect(await packing.rest(new Set())).to.equal(null);
  });

  it("is what it was although another file has its name now, or none", async () => {
    const { path } = await pack({ text: "a".repeat(500_000), noise });
    const before = await readFile(path);
    const whole = await packing.whole();
    await rm(path);
    await writeFile(path, "another one");
    expect((await all(whole)).equals(before)).to.equal(true);
  });

  it("comes to its end when it is let go of meanwhile, and is not begun again", async () => {
    await pack({ noise });
    const whole = await packing.whole();
    let bytes = 0;
    for await (const { length } of whole.pieces.pieces()) {
      bytes += length;
      await packing.close();
    }
    expect(bytes).to.equal(whole.pieces.bytes);
    expect(await why(all(whole))).to.contain("not held");
  });

  it("leaves out what a host has, and zips what is left where that saves something", async () => {
    await pack({ noise, text: "a".repeat(50_000), other: noise.subarray(1) });
    const lines = gunzipSync(await all(await packing.list()))
      .toString()
      .split("\n");
    const line = (name: string) => lines.findIndex((text) => text.endsWith(`./${name}`)) + 1;
    expect(lines[line("noise") - 1]).to.match(/^644 600000 [0-9a-f]{128} {2}\.\/noise$/);
    expect(await packing.rest(new Set([line("text")]))).to.include({ form: "gz" });
    const noisy = await packing.rest(new Set([line("noise")]));
    expect(noisy).to.include({ form: "tar" });
    expect((await all(noisy)).includes(noise)).to.equal(true);
    expect(await readdir(directory)).to.have.lengthOf(1);
  });
});
