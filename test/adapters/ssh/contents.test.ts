// What is in a release's archive, file by file.

import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { expect } from "chai";
import { readContents } from "../../../src/adapters/ssh/contents.ts";
import { makeArchive } from "../../support/archive.ts";

const tarOf = (path: string) => createReadStream(path).pipe(createGunzip());

describe("the contents of an archive", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-contents-"));
  });
  after(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

  it("are its files with mode, size and digest, and lines counted from 1", async () => {
    const { path } = await makeArchive(directory, { "a.txt": "a", "b/c.txt": "" });
    const contents = await readContents(tarOf(path));
    expect(contents.files.map(({ name }) => name).sort()).to.deep.equal(["a.txt", "b/c.txt"]);
    const a = contents.files.findIndex(({ name }) => name === "a.txt");
    expect(contents.files[a]).to.include({ bytes: 1, mode: 0o644 });
    expect(contents.files[a]?.digest).to.match(/^333fcb4e/);
    expect(contents.lineOf("a.txt")).to.equal(a + 1);
  });

  it("are not read when there are too many: such an archive is sent whole", async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.txt`, ""]));
    const { path } = await makeArchive(directory, files);
    const outcome = await readContents(tarOf(path), 10).catch((error: Error) => error.message);
    expect(outcome).to.equal("more than 10 files");
  });
});
