// The command line where nothing is done yet: help, and words that no command knows. Each as a process, in a folder without a configuration.

import { tmpdir } from "node:os";
import { expect } from "chai";
import { startLockstep } from "./support/lockstep.ts";

const { PATH = "" } = process.env;
const run = (...args: string[]) => startLockstep(args, { cwd: tmpdir(), env: { PATH } }).ended;

describe("the command line", function () {
  this.timeout(60_000);

  it("has help for a command that takes no options, and does not do it then", async () => {
    const [start, judge] = await Promise.all([run("start", "--help"), run("judge", "--help")]);
    expect([start.code, judge.code]).to.deep.equal([0, 0]);
    expect(start.out).to.match(/^Runs the bot/);
    expect(judge.out).to.match(/^Reads cases/);
  });

  it("says in one line which word it does not know", async () => {
    const [command, option] = await Promise.all([run("frobnicate"), run("start", "--fast")]);
    expect([command.code, command.err]).to.deep.equal([
      1,
      'There is no command "frobnicate": lockstep help names all.\n',
    ]);
    expect([option.code, option.err]).to.deep.equal([
      1,
      "lockstep start takes no --fast: see lockstep start --help.\n",
    ]);
  });
});
