// Counts and times what people ask of the bot, and remembers the last command. Knows no command by name.

import type { Command, Reply } from "../chat/command.ts";
import type { Answerer } from "../chat/entry.ts";
import { commandNamed } from "../chat/registry.ts";
import type { Clock } from "../ports/clock.ts";
import type { Meters } from "../ports/meters.ts";

/** When the last command was answered (ms since 1970), and how long that took. */
export interface LastCommand {
  command: string;
  at: number;
  tookMs: number;
}

export interface MeasuredAnswerer extends Answerer {
  /** Null when there was none yet. */
  last(): LastCommand | null;
}

const OUTCOMES = ["answered", "refused", "failed"] as const;

export function measuredAnswers(
  answerer: Answerer,
  commands: Map<string, Command>,
  { meters, clock }: { meters: Meters; clock: Clock },
): MeasuredAnswerer {
  let last: LastCommand | null = null;
  for (const command of [...commands.keys(), "lockstep", "button", "form"]) {
    for (const outcome of OUTCOMES) meters.expect("lockstep_commands_total", { command, outcome });
  }

  async function measured(command: string, work: Promise<Reply>): Promise<Reply> {
    const elapsed = meters.start();
    const reply = await work;
    meters.took("lockstep_answer_seconds", { command }, elapsed());
    meters.count("lockstep_commands_total", { command, outcome: reply.not ?? "answered" });
    return reply;
  }

  return {
    async typed(typed, once) {
      const command = commandNamed(commands, typed);
      const elapsed = meters.start();
      const reply = await measured(command, answerer.typed(typed, once));
      last = { command, at: clock.now(), tookMs: Math.round(elapsed() * 1_000) };
      return reply;
    },
    pressed: (pressed, once) => measured("button", answerer.pressed(pressed, once)),
    sent: (sent, once) => measured("form", answerer.sent(sent, once)),
    late: () => answerer.late(),
    home: (person) => answerer.home(person),
    last: () => last,
  };
}
