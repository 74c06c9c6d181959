// All buttons and forms by name, and how one that was pressed or sent reaches the right one.

import type { Person } from "../../deploy/order.ts";
import type { Wish } from "../../deploy/rules.ts";
import type { Bot } from "../bot.ts";
import { type Reply, refuse } from "../command.ts";
import { orderSentence, staleSentence } from "../sentences/replies.ts";
import { falseAlarm } from "./checks.ts";
import { abortRunning } from "./freezes.ts";
import { leave, turnToDeploy, turnToLock, wait } from "./line.ts";
import { extend, takeOver, unlock, unlockOther } from "./locks.ts";
import type { Press } from "./press.ts";

export const PRESSES = new Map<string, Press>(
  Object.entries({
    "line:wait": wait,
    // Two ways to wait stand side by side, and Slack wants different names.
    "line:deploy": wait,
    "line:leave": leave,
    "turn:lock": turnToLock,
    "turn:deploy": turnToDeploy,
    "turn:pass": leave,
    "lock:unlock": unlock,
    "lock:extend": extend,
    "lock:takeOver": takeOver,
    "lock:unlockOther": unlockOther,
    "freeze:abortRunning": abortRunning,
    "check:falseAlarm": falseAlarm,
  }),
);

const WISHES: Wish[] = ["abort", "promote", "retry", "rollBack"];

/** The names of all buttons and forms. */
export const ACTIONS: readonly string[] = [...PRESSES.keys(), ...WISHES.map((wish) => `wish:${wish}`)];

const stale = (): Reply => ({ text: staleSentence() });

interface Came {
  action: string;
  value: string;
  by: Person;
}

export async function pressed({ action, value, by }: Came, bot: Bot): Promise<Reply> {
  const wish = WISHES.find((one) => `wish:${one}` === action);
  if (wish) return ordered(wish, value, { by, bot });
  const press = PRESSES.get(action);
  const read = press?.value.safeParse(jsonOf(value));
  return press?.pressed && read?.success ? press.pressed(read.data, by, bot) : stale();
}

export async function sent({ action, value, words, by }: Came & { words: string }, bot: Bot): Promise<Reply> {
  const press = PRESSES.get(action);
  const read = press?.value.safeParse(jsonOf(value));
  if (!press?.sent || !read?.success) return stale();
  // Written in a field of several lines, and shown within sentences.
  return press.sent({ ...(read.data as object), words: words.trim().replace(/\s+/g, " ") }, by, bot);
}

/** The buttons under a deploy carry its id, and the moment at which they stood there. */
async function ordered(wish: Wish, value: string, { by, bot }: { by: Person; bot: Bot }): Promise<Reply> {
  const [deploy = "", seen] = value.split(" ");
  const answer = await bot.order(wish, { deploy, ...(seen ? { seen } : {}) }, by);
  if (!answer.ok) return refuse(answer);
  return { text: orderSentence(wish, answer.target, answer.value) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
