// Help, made from the commands themselves. Knows none by name.

import type { Command, Reply } from "./command.ts";
import { bold, code, join, t } from "./text.ts";

export function helpFor(command: Command): Reply {
  const examples = command.examples.map((example) => t`${code(example)}`);
  return {
    text: t`${code(`${typedAs(command)} ${command.usage}`.trim())} ${command.summary}\nFor example ${join(examples, ", ")}`,
  };
}

/** With the name of a command, that one's help. */
export function helpForAll(commands: Map<string, Command>, name = ""): Reply {
  const one = commands.get(name.trim().replace(/^\//, "").toLowerCase());
  if (one) return helpFor(one);
  const rows = [...commands.values()].map(
    (command) => t`${code(`${typedAs(command)} ${command.usage}`.trim())} ${command.summary}`,
  );
  return {
    text: t`${bold("What I can do")}\n${join(rows, "\n")}\nType ${code("help")} after any of them for examples, such as ${code("/deploy help")}.`,
  };
}

function typedAs({ name, slash }: Command): string {
  return slash ? `/${name}` : `/lockstep ${name}`;
}
