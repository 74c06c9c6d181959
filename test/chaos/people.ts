// People who deploy, lock, abort and press buttons without a break, each doing one thing after the other. They remember what the bot has promised them, and
// every answer that is no answer. Knows no fault.

import { buttons, type Message, words } from "../../playground/slack/server.ts";
import { CHANNEL, ENVIRONMENT, hostNames, NAMES } from "./configuration.ts";
import { Dice } from "./dice.ts";
import { pause } from "./pause.ts";
import type { Nature } from "./releases.ts";
import { Tally } from "./tally.ts";
import { PEOPLE, type World } from "./world.ts";

/** A deploy that somebody was told has begun. */
export interface Promised {
  branch: string;
  by: string;
}

const ACTS = {
  ...{ deploy: 9, rollback: 0.7, lock: 1, unlock: 2, freeze: 0.1, thaw: 0.8, abort: 0.3, promote: 1, retry: 0.7 },
  ...{ look: 1, press: 2, pressReply: 4, pressDirect: 3, home: 0.5 },
};
const TYPED = { good: 6, bad: 1.5, broken: 1, ill: 1, slow: 2 } satisfies Record<Nature, number>;
const LOOKS = ["/locks", "/canary", "/canary stats", "/lockstep help"];
const ANSWERED_WITHIN_MS = 6_000;
const ROOTS_TO_PRESS = 8;

/** What nobody should ever read. */
const NO_ANSWER = /undefined|\[object |\bNaN\b|Error:|\bat \S+\.[jt]s:\d|The bot or its store failed/;

export class People {
  readonly promised: Promised[] = [];
  /** What was said that nobody should read. */
  readonly odd: string[] = [];
  readonly acts = new Tally();
  readonly outcomes = new Tally();
  readonly #world: World;
  readonly #stop: AbortSignal;

  constructor(world: World, stop: AbortSignal) {
    this.#world = world;
    this.#stop = stop;
  }

  /** Until the run is over. */
  async act(): Promise<void> {
    await Promise.all(PEOPLE.map(({ id }) => this.#live(id)));
  }

  async #live(who: string): Promise<void> {
    const dice = new Dice(this.#world.options.seed, who);
    while (!this.#stop.aborted) {
      await pause(dice.between(100, 2_500), this.#stop);
      if (this.#stop.aborted) return;
      const what = dice.weighted(ACTS);
      try {
        await this.#do(what, who, dice);
        this.acts.add(what);
      } catch (error) {
        // Somebody else was faster: the button or the form is gone.
        this.outcomes.add("nothing to press");
        if (!/nothing to press|no modal|no form|sees no message|no home tab/.test(String(error))) throw error;
      }
    }
  }

  async #do(what: keyof typeof ACTS, who: string, dice: Dice): Promise<void> {
    const service = dice.one(NAMES);
    switch (what) {
      case "deploy":
        return this.#deploy(service, who, dice);
      case "rollback":
        return this.#type(`/rollback ${service}`, who);
      case "lock":
        return this.#type(`/lock ${service} look at "this" <!channel> for ${dice.between(2, 12)}s`, who);
      case "unlock":
        return this.#type(`/unlock ${service}${dice.chance(0.5) ? " it is urgent" : ""}`, who);
      case "freeze":
        return this.#type(`/lock all ${ENVIRONMENT} incident for ${dice.between(2, 5)}s`, who);
      case "thaw":
        return this.#type(`/unlock all ${ENVIRONMENT}`, who);
      case "abort":
      case "promote":
      case "retry":
        return this.#type(`/lockstep ${what} ${service}`, who);
      case "look":
        return this.#type(`${dice.one(LOOKS)} ${service}`, who);
      case "press":
        return this.#pressOne(this.#roots(), who, dice);
      case "pressReply":
        return this.#pressOne(this.#seenBy(who).slice(-3), who, dice);
      case "pressDirect":
        return this.#pressOne(this.#world.slack.directMessages(who).slice(-5), who, dice);
      case "home":
        return this.#world.slack.openHome(who);
    }
  }

  async #deploy(service: (typeof NAMES)[number], who: string, dice: Dice): Promise<void> {
    const nature = dice.weighted(TYPED);
    const branch = await this.#world.releases.branch(nature);
    const some = dice.chance(0.1) ? ` hosts ${hostNames(service)[dice.between(0, 3)]}` : "";
    const answer = await this.#answerTo(who, () => this.#typed(`/deploy ${service}@${branch}${some}`, who));
    if (/ has begun/.test(answer)) this.promised.push({ branch, by: who });
  }

  async #type(text: string, who: string): Promise<void> {
    await this.#answerTo(who, () => this.#typed(text, who));
  }

  async #typed(text: string, who: string): Promise<string | undefined> {
    return (await this.#world.slack.type(who, CHANNEL, text)).error;
  }

  /** Any button of any of these messages, the form behind it too. */
  async #pressOne(messages: Message[], who: string, dice: Dice): Promise<void> {
    const all = messages.flatMap((message) => buttons(message).map((button) => ({ message, button })));
    if (all.length === 0) return;
    const { message, button } = dice.one(all);
    const { slack } = this.#world;
    await this.#answerTo(
      who,
      async () => (await slack.press(who, message.channel, message.ts, button.actionId, { confirm: true })).error,
    );
    const form = slack.openView(who);
    if (!form) return;
    const field = form.blocks.find(({ type }) => type === "input")?.block_id ?? "";
    await this.#answerTo(who, async () => (await slack.submitView(who, { [field]: "it has to go out" })).error);
    if (slack.openView(who)) slack.closeView(who);
  }

  /** The words of the next new or changed message that only this person sees; "" when there is none in time. */
  async #answerTo(who: string, ask: () => Promise<string | undefined>): Promise<string> {
    const before = new Map(this.#seenBy(who).map(({ ts, changes }) => [ts, changes]));
    const error = await ask();
    if (error) this.outcomes.add(error);
    const until = Date.now() + (error ? 500 : ANSWERED_WITHIN_MS);
    while (Date.now() < until && !this.#stop.aborted) {
      const answer = this.#seenBy(who).find(({ ts, changes }) => before.get(ts) !== changes);
      if (answer) return this.#heard(answer);
      if (this.#world.slack.openView(who)) return "";
      await pause(50, this.#stop);
    }
    this.outcomes.add("no answer");
    return "";
  }

  #heard(answer: Message): string {
    this.outcomes.add("answered");
    const said = words(answer);
    if (NO_ANSWER.test(said) || said.trim() === "") this.odd.push(said);
    return said;
  }

  #seenBy(who: string): Message[] {
    const { slack } = this.#world;
    const inChannel = slack.messages(CHANNEL, { as: who }).filter(({ onlyFor }) => onlyFor === who);
    // Where no answer can be given where it was asked for, it is a direct message.
    const direct = slack.directMessages(who).filter(({ metadata, bot_id: bot }) => bot !== undefined && !metadata);
    return [...inChannel, ...direct];
  }

  #roots(): Message[] {
    return this.#world.slack
      .messages(CHANNEL)
      .filter((one) => /^(?:Deploy|Rollback) of /.test(one.text))
      .slice(-ROOTS_TO_PRESS);
  }
}
