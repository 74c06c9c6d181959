// What a button or a form is, as data: its name, what it carries, and what it asks of the bot. The table of all is in all.ts.

import { z } from "zod";
import type { Person } from "../../deploy/order.ts";
import type { Bot } from "../bot.ts";
import type { Reply } from "../command.ts";

export interface Press<V = unknown> {
  /** As JSON in the button's value. What comes back is checked: it has been outside. */
  value: z.ZodType<V>;
  pressed?(value: V, by: Person, bot: Bot): Promise<Reply>;
  /** The form of the same name was sent, with these words. */
  sent?(value: V & { words: string }, by: Person, bot: Bot): Promise<Reply>;
}

/** Lets TypeScript infer the value. */
export function press<V>(definition: Press<V>): Press {
  return definition as Press;
}

/** A target as a button carries it. */
export const onTarget = { service: z.string(), environment: z.string() };
/** With the version at which the lock that was shown had last changed. */
export const onLock = { ...onTarget, seen: z.int() };

/** What is to be deployed; `hosts` as they were typed. */
export const toDeploy = { ref: z.string().optional(), hosts: z.array(z.string()).optional() };

/** A time that a button carries; what is not one is no value of ours. */
export const milliseconds = z.number().positive();

export const carried = (value: unknown): string => JSON.stringify(value);
