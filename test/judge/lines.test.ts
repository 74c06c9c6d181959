// A stream of lines: one at a time, at the reader's pace, in order, and the exit code of the command.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { judgeLines } from "../../src/judge/lines.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/lockstep.js", import.meta.url));
const line = (id: number | string) =>
  `${JSON.stringify({ id, check: { kind: "limit", aggregate: "sum", atMost: 1 }, canary: [[0, 1]] })}\n`;

async function judged(chunks: (string | Buffer)[]): Promise<{ code: number; answers: Record<string, unknown>[] }> {
  const written: Buffer[] = [];
  const output = new Writable({
    write(chunk, _, done) {
      written.push(chunk);
      done();
    },
  });
  const code = await judgeLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), output);
  const answers = Buffer.concat(written).toString().split("\n").slice(0, -1);
  return { code, answers: answers.map((answer) => JSON.parse(answer)) };
}

describe("lines to judge", () => {
  it("are answered in order, one line each", async () => {
    const { code, answers } = await judged([line(1), line(2), line("three")]);
    expect(answers.map(({ id }) => id)).to.deep.equal([1, 2, "three"]);
    expect(code).to.equal(0);
  });

  it("may come in any pieces, with a last line that has no end, and with empty lines", async () => {
    const bytes = Buffer.from(`${line("é\u2028–")}\r\n\n${line(2)}${line(3).trimEnd()}`);
    const pieces = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect((await judged(pieces)).answers.map(({ id }) => id)).to.deep.equal(["é\u2028–", 2, 3]);
    expect((await judged([bytes])).answers).to.have.length(3);
  });

  it("go on after a broken one, which makes the exit code 1", async () => {
    const { code, answers } = await judged([line(1), "{]\n", line(3)]);
    expect(answers.map((answer) => "error" in answer)).to.deep.equal([false, true, false]);
    expect(code).to.equal(1);
  });

  it("are read no faster than the answers are taken", async () => {
    let read = 0;
    const input = Readable.from(
      (function* () {
        for (; read < 100_000; read++) yield Buffer.from(line(read));
      })(),
    );
    const taken: (() => void)[] = [];
    const output = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void taken.push(done) });
    const ended = judgeLines(input, output);
    for (let answers = 0; answers < 50; answers++) {
      while (taken.length === 0) await new Promise((resolve) => setImmediate(resolve));
      taken.shift()?.();
    }
    expect(read).to.be.lessThan(200);
    output.destroy(new Error("gone"));
    expect(await ended).to.equal(0);
    expect(read).to.be.lessThan(200);
  });
});

describe("the command lockstep judge", () => {
  const start = () => {
    const { PATH = "" } = process.env;
    return spawn(process.execPath, [PROGRAM, "judge"], { env: { PATH }, cwd: "/", stdio: "pipe" });
  };

  it("judges from standard input to standard output without environment or configuration", async () => {
    const child = start();
    let [said, complained] = ["", ""];
    child.stdout.on("data", (chunk) => (said += chunk));
    child.stderr.on("data", (chunk) => (complained += chunk));
    child.stdin.end(`${line(1)}broken\n${line(2)}`);
    const [code] = await once(child, "close");
    expect(said.trim().split("\n")).to.have.length(3);
    expect({ code, complained }).to.deep.equal({ code: 1, complained: "" });
  });

  it("ends quietly when nobody reads its answers any more", async () => {
    const child = start();
    let complained = "";
    child.stderr.on("data", (chunk) => (complained += chunk));
    child.stdin.on("error", () => {});
    const feed = () => {
      while (child.stdin.writable && child.stdin.write(line(1).repeat(1000)));
    };
    child.stdin.on("drain", feed);
    feed();
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [code] = await once(child, "close");
    expect({ code, complained }).to.deep.equal({ code: 0, complained: "" });
  });
});
