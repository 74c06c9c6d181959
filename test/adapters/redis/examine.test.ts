// What doctor sees of a Redis: fit for a journal, unfit, or away.

import { expect } from "chai";
import { freePort } from "../../../playground/ports.ts";
import { examineRedis } from "../../../src/adapters/redis/examine.ts";
import { SOUND, startRedis } from "../../support/redis.ts";

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe("a Redis that doctor looks at", () => {
  it("is fit for a journal", async () => {
    const server = await startRedis();
    const exam = await examineRedis(server.url, quiet);
    await server.stop();
    expect(exam).to.deep.include({ problems: [], warnings: [], appendfsync: "everysec" });
    expect(exam.version).to.match(/^\d+\.\d+/);
  });

  it("forgets, or throws away", async () => {
    const server = await startRedis(["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]);
    const exam = await examineRedis(server.url, quiet);
    await server.stop();
    expect(exam.problems.map(({ kind }) => kind)).to.have.members(["evicts", "forgets"]);
  });

  it("wants a password, which is not told", async () => {
    const server = await startRedis([...SOUND, "--requirepass", "correct-horse"]);
    const exam = await examineRedis(server.url.replace("://", "://:battery-staple@"), quiet);
    await server.stop();
    expect(exam.problems.map(({ kind }) => kind)).to.deep.equal(["unreachable"]);
    expect(JSON.stringify(exam)).not.to.include("battery");
  });

  it("is away", async () => {
    const { problems } = await examineRedis(`redis://127.0.0.1:${await freePort()}`, quiet);
    expect(problems).to.deep.equal([{ kind: "unreachable", detail: "ECONNREFUSED" }]);
  });
});
