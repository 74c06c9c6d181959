// A small archive on its way into a host's program, byte by byte: what becomes a release, and what never does. No bot and no connection: the program by itself.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { expect } from "chai";
import { Parcels } from "../../../src/adapters/ssh/parcels.ts";
import { orderLine, standingCommand, standingWords, wholeLine } from "../../../src/adapters/ssh/programs.ts";
import type { Host } from "../../../src/deploy/order.ts";
import type { Archive } from "../../../src/ports/source.ts";
import { tracedSite } from "../../contracts/fleet.ts";
import { makeArchive } from "../../support/archive.ts";
import { until } from "../../support/until.ts";

const host: Host = { name: "web-1", address: "127.0.0.1", port: 22, user: "deploy" };
const shells: Record<string, string> = { bash: "/bin/bash", dash: "/bin/dash", "busybox sh": "/bin/busybox sh" };

for (const [name, shell] of Object.entries(shells)) {
  describe(`a small archive that comes with its order, to ${name}`, () => {
    let directory: string;
    let path: string;
    let archive: Archive;
    let bytes: Buffer;
    const programs: ChildProcess[] = [];
    const parcels = new Parcels();

    before(async () => {
      directory = await mkdtemp(join(tmpdir(), "lockstep-along-"));
      archive = await makeArchive(directory, { a: "a".repeat(512), b: "b".repeat(512) });
      bytes = await promisify(gunzip)(await readFile(archive.path));
    });
    beforeEach(() => {
      path = join(directory, `site-${Math.random().toString(36).slice(2)}`);
    });
    afterEach(() => {
      for (const program of programs.splice(0)) program.kill("SIGKILL");
    });
    after(async () => {
      await parcels.close();
      await rm(directory, { recursive: true, force: true });
    });

    function start() {
      const command = standingCommand(standingWords(host, tracedSite(path))).replace(/^sh/, shell);
      const program = spawn("/bin/sh", ["-c", `exec ${command}`], { stdio: ["pipe", "pipe", "ignore"] });
      programs.push(program);
      let said = "";
      program.stdout.on("data", (piece: Buffer) => {
        said += piece;
      });
      program.stdin.on("error", () => {}); // it may be gone
      return { program, stdin: program.stdin, said: () => said };
    }

    async function begin(form: "tar" | "gz" = "tar") {
      const { stdin, program, said } = start();
      const parcel = await parcels.small(archive);
      if (!parcel) throw new Error("the archive is not small");
      const sent = form === "tar" ? bytes : await readFile(archive.path);
      stdin.write(
        orderLine({ word: "prepare", token: null, release: "r1", archive }, 1, { ...parcel, form, bytes: sent.length }),
      );
      return { stdin, program, said, sent };
    }

    const releases = () => readdir(join(path, "releases"));

    for (const form of ["tar", "gz"] as const) {
      it(`becomes a release when all of it has come (${form})`, async () => {
        const { stdin, said, sent } = await begin(form);
        stdin.write(sent);
        stdin.write(wholeLine(1));
        await until("it has said so", () => said().includes("::over 0\n"));
        expect(await releases()).to.deep.equal(["r1"]);
        expect(await readFile(join(path, "releases/r1/b"), "utf8")).to.equal("b".repeat(512));
      });
    }

    it("becomes none when the line ends between two files of it, and leaves nothing", async () => {
      const { stdin, program } = await begin();
      stdin.end(bytes.subarray(0, 1024));
      const [code] = await once(program, "exit");
      expect(code).to.equal(82); // tar has found nothing wrong
      expect(await releases()).to.deep.equal([]);
    });

    it("becomes none when something else comes behind it", async () => {
      const { stdin, program, said } = await begin();
      stdin.write(bytes);
      stdin.write(wholeLine(2));
      const [code] = await once(program, "exit");
      expect([code, said()]).to.deep.equal([82, "\n::problem the archive did not arrive whole\n"]);
      expect(await releases()).to.deep.equal([]);
    });

    it("stands in nobody's way when its bot falls silent", async () => {
      const { stdin, program } = await begin();
      stdin.write(bytes.subarray(0, 600));
      const holder = () => readFile(join(path, ".lockstep/holder"), "utf8").catch(() => "");
      await until("the lock is kept", async () => (await holder()).includes("idle"));
      const other = start();
      other.stdin.write(orderLine({ word: "fence", token: 2, release: "", archive: null }, 1));
      await until("the other one has its turn", () => other.said().includes("::over 0\n"));
      expect(program.signalCode ?? program.exitCode).to.equal("SIGTERM");
      expect(await access(join(path, "releases/r1")).catch(() => "nothing")).to.equal("nothing");
    });
  });
}
