// The commands there are, found in the commands/ folder, and how typed text reaches the right one. Knows no command by name.

import { readdirSync } from "node:fs";
import type { Person } from "../deploy/order.ts";
import type { Bot } from "./bot.ts";
import { type Command, type Reply, refuse } from "./command.ts";
import { helpFor, helpForAll } from "./help.ts";
import { tooLongSentence, UNREADABLE } from "./sentences/replies.ts";

const FOLDER = new URL("../../commands/", import.meta.url);

/** Every file in commands/, translated or not, has one command as its default export. */
export async function loadCommands(): Promise<Map<string, Command>> {
  const files = readdirSync(FOLDER)
    .filter((file) => /\.[jt]s$/.test(file))
    .sort();
  const loaded = await Promise.all(
    files.map(async (file) => (await import(new URL(file, FOLDER).href)).default as Command),
  );
  return new Map(loaded.map((command) => [command.name, command]));
}

/** More than any command has a use for; Slack lets people paste much more. */
const MOST_CHARACTERS = 10_000;

export interface Typed {
  /** Without the slash; `lockstep` stands for all commands. */
  command: string;
  text: string;
  by: Person;
}

/** The name of the command that was typed; `lockstep` for all others, which is what explains them. */
export function commandNamed(commands: Map<string, Command>, { command, text }: Omit<Typed, "by">): string {
  const [, first = ""] = /^\s*\/?(\S*)/.exec(text) ?? [];
  const name = (command === "lockstep" ? first : command).toLowerCase();
  return commands.has(name) ? name : "lockstep";
}

/** Runs what was typed. Always answers with a sentence; rejects only on a fault of ours. */
export async function run(commands: Map<string, Command>, typed: Typed, bot: Bot): Promise<Reply> {
  if (typed.command === "lockstep") {
    const [, name = "", text = ""] = /^\s*\/?(\S*)\s*(.*)$/s.exec(typed.text) ?? [];
    if (/^(?:|help|--help|-h|\?)$/i.test(name)) return helpForAll(commands, text);
    return run(commands, { ...typed, command: name, text }, bot);
  }
  const command = commands.get(typed.command.toLowerCase());
  const known = [...commands.keys()].map((name) => `/lockstep ${name}`);
  if (!command) return refuse({ refusal: { kind: "unknownCommand", typed: typed.command, known }, target: null });
  if (/^(?:help|--help|-h|\?)$/i.test(typed.text.trim())) return helpFor(command);
  const tooLong = typed.text.length > MOST_CHARACTERS;
  const args = command.args.safeParse(tooLong ? "" : typed.text);
  if (args.success && !tooLong) return command.run(args.data, { person: typed.by }, bot);
  const problem = tooLong ? tooLongSentence(MOST_CHARACTERS) : (args.error?.issues[0]?.message ?? UNREADABLE);
  const slash = command.slash ? `/${command.name}` : `/lockstep ${command.name}`;
  const example = command.examples[0] ?? slash;
  return refuse({
    refusal: { kind: "badArguments", command: command.name, usage: `${slash} ${command.usage}`, example, problem },
    target: null,
  });
}
