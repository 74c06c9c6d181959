// What a command is: data. One file in commands/ each; the registry finds them, the chat adapter offers them, nothing else knows them by name.

import type { z } from "zod";
import type { Person, Target } from "../deploy/order.ts";
import type { Refusal } from "../deploy/refusals.ts";
import type { Part } from "../views/message.ts";
import type { Bot } from "./bot.ts";
import { refusalSentence } from "./sentences/refusals.ts";
import type { Text } from "./text.ts";

/** Who typed, where the words came from. */
export interface Asker {
  person: Person;
}

/** Shown to the asker alone. */
export interface Reply {
  /** All of it in words, for notifications and screen readers. */
  text: Text;
  /** What is drawn instead of the words, such as words with buttons. */
  parts?: Part[];
  /** Asks for words first. Where it cannot be shown, the text is. */
  form?: Form;
  /** A rule said no, or it could not be done because of a fault or of the store. Left out when it is an answer like any other. */
  not?: "refused" | "failed";
}

/** One question that a person answers in a line or two. */
export interface Form {
  /** Comes back with `value` and the words when it is sent. */
  action: string;
  /** At most 2,000 characters. */
  value: string;
  /** Title and button: at most 24 characters each. */
  title: string;
  submit: string;
  text: Text;
  input: { label: string; hint: string; initial: string; mostCharacters: number };
}

export interface Command<A = unknown> {
  /** Without the slash. */
  name: string;
  /** Whether it is a slash command of its own; every command also works as `/lockstep <name> …`. */
  slash: boolean;
  /** One line for the help. */
  summary: string;
  /** What is typed after the name, such as `<service> [to <environment>]`. */
  usage: string;
  examples: string[];
  /** From what was typed after the name to arguments; its message continues "`/deploy`: …". */
  args: z.ZodType<A, string>;
  run(args: A, asker: Asker, bot: Bot): Promise<Reply>;
}

/** Lets TypeScript infer the arguments. */
export function command<A>(definition: Command<A>): Command {
  return definition as Command;
}

/** A refusal as a reply: only the asker sees it. */
export function refuse({ refusal, target }: { refusal: Refusal; target: Target | null }): Reply {
  return { text: refusalSentence(refusal, target), not: "refused" };
}
