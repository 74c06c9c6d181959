// Help, the commands folder and the manifest of the Slack app: the same commands in all three.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { commands, typed } from "./recordingBot.ts";

const ROOT = join(import.meta.dirname, "../..");
const all = [...commands.values()];
const asTyped = ({ name, slash }: (typeof all)[number]) => (slash ? `/${name}` : `/lockstep ${name}`);

describe("help", () => {
  it("lists every command with its usage and a summary", async () => {
    const { said } = await typed("/lockstep");
    for (const command of all)
      expect(said).to.contain(`${`${asTyped(command)} ${command.usage}`.trim()} ${command.summary}`);
  });

  it("is given however one asks for it", async () => {
    const { said } = await typed("/lockstep help");
    for (const line of ["/lockstep HELP", "/lockstep  help ", "/lockstep ?", "/lockstep --help", "/lockstep -h"])
      expect((await typed(line)).said, line).to.equal(said);
  });

  it("of one command has its examples", async () => {
    const { said } = await typed("/deploy help");
    expect(said).to.contain("For example /deploy web, /deploy web@feature-x to staging, /deploy web@1a2b3c4");
    for (const line of [
      "/deploy Help",
      "/deploy ?",
      "/lockstep help deploy",
      "/lockstep help /deploy",
      "/lockstep deploy --help",
    ])
      expect((await typed(line)).said, line).to.equal(said);
  });

  it("has examples that the commands understand", async () => {
    for (const command of all) {
      expect(command.examples, command.name).not.to.deep.equal([]);
      for (const example of command.examples) expect((await typed(example)).asked, example).to.have.length(1);
    }
  });
});

describe("the commands folder", () => {
  it("has one file per command, named as the command is", () => {
    const files = readdirSync(join(ROOT, "commands")).filter((file) => file.endsWith(".ts"));
    expect(files.map((file) => file.replace(".ts", "")).sort()).to.deep.equal([...commands.keys()].sort());
  });

  it("agrees with the slash commands of manifest.json, names and usage", () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, "manifest.json"), "utf8"));
    const offered: { command: string; usage_hint?: string; should_escape: boolean }[] =
      manifest.features.slash_commands;
    const hints = new Map(offered.map(({ command, usage_hint }) => [command, usage_hint]));
    const expected = all
      .filter(({ slash }) => slash)
      .map(({ name, usage }) => [`/${name}`, usage === "" ? undefined : usage] as const);
    expect(hints).to.deep.equal(new Map([...expected, ["/lockstep", "help"]]));
    expect(offered.map(({ should_escape }) => should_escape)).not.to.include(true);
  });
});
