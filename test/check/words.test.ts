// The words behind the two commands: both ways to write an option, and a sentence for each way to get them wrong.

import { expect } from "chai";
import { askingMistakeSentence } from "../../src/chat/sentences/asking.ts";
import { plain } from "../../src/chat/text.ts";
import { readCheckWords, readReplayWords } from "../../src/check/words.ts";

const checked = (...args: string[]) => {
  const read = readCheckWords(args);
  return read.ok ? read.words : plain(askingMistakeSentence(read.mistake));
};
const replayed = (...args: string[]) => {
  const read = readReplayWords(args);
  return read.ok ? read.words : plain(askingMistakeSentence(read.mistake));
};

describe("the words behind check", () => {
  const none = { environment: undefined, canary: null, since: undefined, version: undefined };
  const off = { wait: false, soft: false, json: false, help: false };

  it("are a service, and options with a space or an equals sign", () => {
    expect(checked("web")).to.deep.equal({ service: "web", ...none, ...off });
    const all = {
      service: "web",
      environment: "production",
      canary: ["web-1", "web-2"],
      since: "10:42",
      version: "1a2b",
    };
    const spaced = ["--environment", "production", "--canary", "web-1,web-2", "--since", "10:42", "--version", "1a2b"];
    expect(checked("web", ...spaced)).to.deep.equal({ ...all, ...off });
    expect(
      checked(
        "--environment=production",
        "--canary=web-1",
        "web",
        "--canary= web-2,web-1,",
        "--since=10:42",
        "--version=1a2b",
      ),
    ).to.deep.equal({ ...all, ...off });
    expect(checked("--wait", "--soft", "--json", "-h")).to.include({ wait: true, soft: true, json: true, help: true });
  });

  const WRONG: [args: string[], told: string][] = [
    [
      ["web", "--sice", "5m"],
      "There is no option --sice: there are --environment, --json, --help, --canary, --since, --version, --wait and --soft.",
    ],
    [
      ["web", "-x"],
      "There is no option -x: there are --environment, --json, --help, --canary, --since, --version, --wait and --soft.",
    ],
    [["web", "--since"], "--since needs a value behind it, such as --since=10:42."],
    [["web", "--canary", "--wait"], "--canary needs a value behind it, such as --canary=web-1,web-2."],
    [["web", "--wait=5m"], "--wait takes no value: leave it out, or say --wait alone."],
    [
      ["web", "web-1"],
      "One service at a time is asked about, so web-1 is too much. Values of options belong right behind them, hosts with commas and no spaces: --canary web-1,web-2.",
    ],
  ];
  for (const [args, told] of WRONG) {
    it(`${args.join(" ")}: ${told}`, () => {
      expect(checked(...args)).to.equal(told);
    });
  }
});

describe("the words behind replay", () => {
  it("are a service and how many deploys, 20 when left out", () => {
    const rest = { environment: undefined, check: undefined, json: false, help: false };
    expect(replayed("web")).to.deep.equal({ service: "web", last: 20, ...rest });
    expect(replayed("web", "--last=3", "--check", "jobs")).to.deep.equal({
      service: "web",
      last: 3,
      ...rest,
      check: "jobs",
    });
  });

  for (const wrong of ["0", "-1", "many", "1.5", "501", ""]) {
    it(`are refused with “${wrong}” deploys`, () => {
      expect(replayed("web", `--last=${wrong}`)).to.equal(
        `--last is how many deploys are looked at, and “${wrong}” is no such number: give one from 1 to 500.`,
      );
    });
  }
});
