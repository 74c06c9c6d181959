// The command line: `lockstep start`, `check-config`, `doctor`, `check`, `replay`, `trust`, `export`, `import` and `judge`. Prints sentences, never stack traces for what a person can mend.

import { setTimeout as pause } from "node:timers/promises";
import packageJson from "../package.json" with { type: "json" };
import {
  CHECK_CONFIG_HELP,
  HELP,
  JUDGE_HELP,
  START_HELP,
  takesNoSentence,
  unknownCommandSentence,
} from "./chat/sentences/terminal.ts";
import { configPath, readEnvironment } from "./config/environment.ts";
import { overdueMistakes } from "./config/overdue.ts";
import { describeMistakes, readConfiguration } from "./config/read.ts";

/** How long a bot that is told to stop before it has opened its store may still take to do so. */
const OPEN_MS = 1_000;

async function start(args: string[]): Promise<number> {
  const unasked = instead("start", args, { help: START_HELP });
  if (unasked !== null) return unasked;
  const toldToStop = untilToldToStop(); // before anything is begun that has to be let go of
  const environment = readEnvironment();
  const configuration = readConfiguration(configPath());
  const told = [
    ...(environment.ok ? [] : environment.mistakes),
    ...(configuration.ok ? [] : [describeMistakes(configPath(), configuration.mistakes)]),
  ];
  if (!environment.ok || !configuration.ok) return fail(told.join("\n"));
  const { startBot, CannotStart } = await import("./main.ts");
  try {
    const starting = startBot(environment.environment, configuration.settings);
    const bot = await Promise.race([starting, toldToStop.then(() => pause(OPEN_MS, null))]);
    // A bot that Slack refuses may have driven deploys already: it hands them over, as one that is told to stop.
    await Promise.race([toldToStop, bot?.ready.then(() => toldToStop)]).finally(() => bot?.stop());
    return 0;
  } catch (error) {
    if (error instanceof CannotStart) return fail(error.message);
    throw error;
  }
}

async function checkConfig(args: string[]): Promise<number> {
  const unasked = instead("check-config", args, { help: CHECK_CONFIG_HELP, options: ["--inventory"] });
  if (unasked !== null) return unasked;
  const path = configPath();
  const read = readConfiguration(path);
  if (!read.ok) return fail(describeMistakes(path, read.mistakes));
  const { configuration } = read.settings;
  // The bot starts all the same: one that does not because a day has passed, or a list of hosts is not there, would be an outage.
  const overdue = overdueMistakes(configuration, Date.now());
  const { targetHosts } = await import("./anywhere.ts");
  const listed = await targetHosts(configuration, { commands: args.includes("--inventory"), signal: stopSignal() });
  const mistakes = [...overdue, ...listed.mistakes];
  if (mistakes.length > 0) return fail(describeMistakes(path, mistakes));
  process.stdout.write(`${path} is valid: ${listed.counts.join("; ") || "no services yet"}.\n`);
  return 0;
}

async function judge(args: string[]): Promise<number> {
  const unasked = instead("judge", args, { help: JUDGE_HELP });
  if (unasked !== null) return unasked;
  const { judgeLines } = await import("./judge/lines.ts");
  return judgeLines(process.stdin, process.stdout);
}

async function check(args: string[]): Promise<number> {
  const { runCheck } = await import("./anywhere.ts");
  return runCheck(args, stopSignal());
}

async function doctor(args: string[]): Promise<number> {
  const signal = stopSignal(); // before it is loaded: that takes a while
  const { runDoctor } = await import("./examining.ts");
  return runDoctor(args, signal);
}

async function replay(args: string[]): Promise<number> {
  const { runReplay } = await import("./anywhere.ts");
  return runReplay(args, stopSignal());
}

async function trust(args: string[]): Promise<number> {
  const { runTrust } = await import("./trusting.ts");
  return runTrust(args, stopSignal());
}

async function backUp(which: "runExport" | "runImport", args: string[]): Promise<number> {
  const backingUp = await import("./backingUp.ts");
  return backingUp[which](args, stopSignal());
}

/** Aborts at SIGTERM or SIGINT. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  void untilToldToStop().then(() => stop.abort());
  return stop.signal;
}

/** Resolves at SIGTERM or SIGINT. */
function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    // Not once: a second one, such as npm passes on after Ctrl-C, must not cut off what lets go.
    process.on("SIGTERM", () => resolve());
    process.on("SIGINT", () => resolve());
  });
}

function fail(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 1;
}

/** The exit code when a command is not to be done: its help is asked for, or it takes no such word. Otherwise null. */
function instead(
  command: string,
  args: string[],
  { help, options = [] }: { help: string; options?: string[] },
): number | null {
  if (args.some(isHelp)) {
    process.stdout.write(help);
    return 0;
  }
  const unknown = args.find((arg) => !options.includes(arg));
  return unknown === undefined ? null : fail(takesNoSentence(command, unknown));
}

const isHelp = (word: string) => word === "--help" || word === "-h";

function help(asked: string | undefined): number {
  if (asked === "--version") {
    process.stdout.write(`${packageJson.version}\n`);
    return 0;
  }
  if (asked !== undefined && asked !== "help" && !isHelp(asked)) return fail(unknownCommandSentence(asked));
  process.stdout.write(HELP);
  return 0;
}

const [command, ...rest] = process.argv.slice(2);
const commands: Record<string, (args: string[]) => number | Promise<number>> = {
  start,
  "check-config": checkConfig,
  doctor,
  check,
  replay,
  trust,
  export: (args) => backUp("runExport", args),
  import: (args) => backUp("runImport", args),
  judge,
};
const run = (Object.hasOwn(commands, command ?? "") && commands[command ?? ""]) || (() => help(command));
const code = await run(rest);
// A git that hangs, or a lookup that nobody waits for any more, must not keep a stopped bot alive.
process.exit(code);
