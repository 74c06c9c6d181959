// Bots on one store, each as a process of its own would be: they share the hosts, the repository and the Slack they write to, and nothing in memory. People
// type, press buttons and send forms as Slack's adapter would hand them on.

import { makeAnswerer } from "../../src/answerer.ts";
import type { Reply } from "../../src/chat/command.ts";
import type { Answerer } from "../../src/chat/entry.ts";
import { loadCommands } from "../../src/chat/registry.ts";
import { plain } from "../../src/chat/text.ts";
import type { Person } from "../../src/deploy/order.ts";
import { type TargetFact, targetFact } from "../../src/locks/facts.ts";
import type { TargetState } from "../../src/locks/fold.ts";
import { TargetBot } from "../../src/runner/bot.ts";
import type { Parts } from "../../src/runner/parts.ts";
import { parseFacts, targetStream } from "../../src/runner/stored.ts";
import { Supervisor } from "../../src/runner/supervise.ts";
import type { Button, Message } from "../../src/views/message.ts";
import type { Changing } from "../config/example.ts";
import { MemoryFleet } from "./memory-fleet.ts";
import { OneBranch, wellMetrics } from "./outside.ts";
import { partsOn, RememberingThread } from "./parts.ts";
import type { Store, StoreUnderTest } from "./stores.ts";

export const WEB = { service: "web", environment: "production" };
export const HOSTS = ["web-01.example.com", "web-02.example.com", "web-03.example.com", "web-04.example.com"];

/** No canary, one host after the other, without a pause. */
export function straightOn({ production }: Changing): void {
  production.canary = "none";
  delete production.between;
  production.batches = 1;
  production.concurrency = 1;
}

interface Different {
  store?: (store: Store) => Store;
  parts?: Partial<Parts>;
  change?: (what: Changing) => void;
}

export class Bots {
  readonly fleet = new MemoryFleet();
  readonly thread = new RememberingThread();
  readonly source = new OneBranch();
  /** What any of them called a fault of its own. */
  readonly faults: string[] = [];
  readonly #under: StoreUnderTest;
  readonly #running: RunningBot[] = [];

  constructor(under: StoreUnderTest) {
    this.#under = under;
  }

  /** Starts one more, on a connection of its own. */
  async start({ store = (same) => same, parts = {}, change = () => {} }: Different = {}): Promise<RunningBot> {
    const error = (message: string, fields?: Record<string, unknown>) =>
      void this.faults.push(`${message}: ${JSON.stringify(fields)} ${fields?.error}`);
    const log = { debug() {}, info() {}, warn() {}, error };
    const { fleet, thread, source } = this;
    const ports = { fleet, thread, source, metrics: wellMetrics, log, ...parts };
    const changed = (what: Changing) => {
      straightOn(what);
      change(what);
    };
    const bot = new RunningBot(partsOn(store(await this.#under.open()), ports, changed), await loadCommands());
    this.#running.push(bot);
    bot.supervisor.watch();
    await bot.supervisor.resume();
    return bot;
  }

  /** Direct messages to this person, oldest first, as they stand now. */
  direct({ id }: Person): Message[] {
    return this.thread.posted.filter(({ to }) => to === id).map(({ message, changes }) => changes.at(-1) ?? message);
  }

  running(): RunningBot[] {
    return [...this.#running];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.splice(0).map(({ supervisor }) => supervisor.stop()));
  }
}

export class RunningBot {
  readonly parts: Parts;
  readonly supervisor: Supervisor;
  readonly bot: TargetBot;
  readonly answerer: Answerer;

  constructor(parts: Parts, commands: Awaited<ReturnType<typeof loadCommands>>) {
    this.parts = parts;
    this.supervisor = new Supervisor(parts);
    this.bot = new TargetBot(parts, this.supervisor);
    this.answerer = makeAnswerer(commands, this.bot, parts.log);
  }

  /** `/deploy web` and the like. */
  type(typed: string, by: Person): Promise<Reply> {
    const [, command = "", text = ""] = /^\/(\S+)\s*(.*)$/s.exec(typed) ?? [];
    return this.answerer.typed({ command, text, by });
  }

  press({ action, value }: Pick<Button, "action" | "value">, by: Person): Promise<Reply> {
    return this.answerer.pressed({ action, value, by });
  }

  /** Presses a button that opens a form, and sends it with these words. */
  async fillIn(button: Button, words: string, by: Person): Promise<Reply> {
    const { form, text } = await this.press(button, by);
    if (!form) throw new Error(`no form has opened: ${plain(text)}`);
    return this.answerer.sent({ action: form.action, value: form.value, words, by });
  }

  target(): Promise<TargetState> {
    return this.parts.targets.read(WEB);
  }

  async facts(): Promise<TargetFact[]> {
    const stream = targetStream(WEB);
    return parseFacts(stream, await this.parts.journal.read(stream), targetFact);
  }

  async count(kind: TargetFact["kind"]): Promise<number> {
    return (await this.facts()).filter((fact) => fact.kind === kind).length;
  }
}

/** The words of a reply. */
export const said = ({ text }: Reply): string => plain(text);

/** The button with this action. Throws when there is none. */
export function buttonOf({ parts = [] }: Pick<Reply, "parts"> | Message, action: string): Button {
  const all = parts.flatMap((part) => (part.part === "buttons" ? part.buttons : []));
  const found = all.find((one) => one.action === action);
  if (!found) throw new Error(`there is no button ${action}; there is: ${all.map((one) => one.action).join(", ")}`);
  return found;
}

export const hasButton = ({ parts }: Message, action: string): boolean =>
  parts.some((part) => part.part === "buttons" && part.buttons.some((one) => one.action === action));
