// Which of a target's commands begin with sudo, and what sudo can be asked about them before a deploy runs one. Pure.

import type { Site } from "../deploy/order.ts";

/** Words that mean themselves to a shell. */
const PLAIN = /^[\w./@:,+-]+$/;
/** Options that change nothing about whether it may be run, and those that say as whom, with a value behind them. */
const WITHOUT_MEANING = /^-(?:n|E|H|b|-)$/;
const AS_WHOM = /^-[ug]$/;
const ANY = "sudo";

/** `sudo systemctl restart web` for each command that begins so; only `sudo` where what is behind it cannot be told without a shell. */
export function sudoCommands({ restart, prepare, health }: Pick<Site, "restart" | "prepare" | "health">): string[] {
  const commands = [prepare?.command, restart, health?.command];
  return [...new Set(commands.flatMap((command) => sudoIn(command ?? "") ?? []))];
}

function sudoIn(command: string): string | null {
  const [, behind] = /^\s*sudo\s+([^;&|<>()\n]*)/.exec(command) ?? [];
  if (behind === undefined) return null;
  const words = behind.trim().split(/\s+/);
  const kept: string[] = [];
  while (words[0]?.startsWith("-")) {
    const option = words.shift() ?? "";
    if (AS_WHOM.test(option)) kept.push(option, words.shift() ?? "");
    else if (!WITHOUT_MEANING.test(option)) return ANY;
  }
  const [program = ""] = words;
  // A path that is not absolute begins in the release, which is not there yet.
  const told = program !== "" && (program.startsWith("/") || !program.includes("/"));
  return told && [...kept, ...words].every((word) => PLAIN.test(word)) ? [ANY, ...kept, ...words].join(" ") : ANY;
}
