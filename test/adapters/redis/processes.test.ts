// Several real processes on one Redis at the same time.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { type RedisServer, startRedis } from "../../support/redis.ts";
import { one, openAt } from "./opening.ts";

const PROGRAM = join(import.meta.dirname, "client-process.ts");
const NAMES = ["first", "second", "third"];

describe("several processes on one Redis", () => {
  let server: RedisServer;
  let children: ChildProcess[] = [];

  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const child of children.splice(0))
      if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
    children = [];
    await server.stop();
  });

  /** Starts one process for each name; all begin at the same time. `did` resolves with what each of them did. */
  async function begin<T>(task: string): Promise<{ did: Promise<T[]> }> {
    const started = await Promise.all(
      NAMES.map(async (name) => {
        const args = ["--import", "tsx", PROGRAM, server.url, task, name];
        const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
        children.push(child);
        const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
        await lines.next();
        return { child, did: async () => JSON.parse((await lines.next()).value) as T };
      }),
    );
    for (const { child } of started) child.stdin?.write("go\n");
    return { did: Promise.all(started.map(({ did }) => did())) };
  }

  it("append to one stream: each version is one's, and nothing is lost", async () => {
    const { did } = await begin<number[]>("append");
    const versions = await did;
    const { journal } = await openAt(server.url);
    const facts = await journal.read("a");
    await journal.close();
    expect(facts.map(({ version }) => version)).to.deep.equal(Array.from({ length: 150 }, (_, i) => i + 1));
    for (const [i, name] of NAMES.entries()) {
      const own = facts.filter(({ fact: { kind } }) => kind.startsWith(`${name}/`));
      expect(own.map(({ version }) => version)).to.deep.equal(versions[i]);
      expect(own.map(({ fact: { kind } }) => kind)).to.deep.equal(Array.from({ length: 50 }, (_, n) => `${name}/${n}`));
    }
  });

  it("write nothing once another one has put the freeze on, and all of them are heard of", async () => {
    const { journal } = await openAt(server.url);
    const heard = new Set<string>();
    const all = new Promise<void>((resolve) => {
      journal.watch((stream) => heard.add(stream).size === NAMES.length && resolve());
    });
    const { did } = await begin<number>("work");
    await all;
    expect(await journal.append(one("freeze", 0))).to.deep.equal({ ok: true });
    const count = () => Promise.all(NAMES.map(async (name) => (await journal.read(name)).length));
    const whenFrozen = await count();
    expect(await did).to.deep.equal(whenFrozen);
    expect(await count()).to.deep.equal(whenFrozen);
    await journal.close();
  });

  it("have a lease one at a time: no two of them ever get the same token", async () => {
    const { did } = await begin<number[]>("hold");
    const tokens = await did;
    expect(tokens.map(({ length }) => length)).to.deep.equal([20, 20, 20]);
    expect(new Set(tokens.flat()).size).to.equal(60);
    for (const own of tokens) expect(own).to.deep.equal([...own].sort((a, b) => a - b));
  });
});
