// What one person and the bot say to each other at the playground's Slack, unseen by others: replies, forms, direct messages, the Home page. Waits for
// things, never for time.

import { buttons, type Message, type SlackStandIn, type View, words } from "../../playground/slack/server.ts";
import { until } from "./until.ts";

export const CHANNEL = "C0DEPLOYS";
export const YOU = "U0YOU";
export const MATE = "U0MATE";
export const ON_CALL = "U0CALL";

export const PATIENCE_MS = 40_000;
const PATIENT = { timeoutMs: PATIENCE_MS };

/** Which of several buttons with the same action: the one that carries this. */
export interface WhichButton {
  value?: string;
}

export class Conversation {
  readonly slack: SlackStandIn;
  /** Who has a form open that was opened on the Home page: its reply is a direct message. */
  readonly #askedAtHome = new Set<string>();

  constructor(slack: SlackStandIn) {
    this.slack = slack;
  }

  /** Types in the deploy channel; resolves with the words of the reply that only this person sees. */
  async type(text: string, who = YOU): Promise<string> {
    return plainText(await this.typeFor(text, who));
  }

  /** As `type`, again and again until it is taken: what Slack sends into the socket of a bot that has died or slept is lost, and the person types again. */
  async typeUntilTaken(text: string, who = YOU): Promise<string> {
    const seen = this.ephemeral(who).length;
    const taken = async () => !(await this.slack.type(who, CHANNEL, text)).error;
    await until("Slack's command is taken", taken, PATIENCE_MS);
    return plainText(await this.slack.waitFor(() => this.ephemeral(who)[seen], PATIENT));
  }

  /** As `type`; resolves with the reply itself, with its buttons. For what opens a form, see `typeForForm`. */
  async typeFor(text: string, who = YOU): Promise<Message> {
    const reply = await this.#answered(who, () => this.slack.type(who, CHANNEL, text));
    if (!reply) throw new Error(`${text} was answered with a form`);
    return reply;
  }

  /** Types in the deploy channel what is answered with a form; resolves with it. */
  async typeForForm(text: string, who = YOU): Promise<View> {
    const reply = await this.#answered(who, () => this.slack.type(who, CHANNEL, text));
    if (reply) throw new Error(`${text} was answered with words: ${plainText(reply)}`);
    return this.form(who);
  }

  /** What only this person sees in the deploy channel now, oldest first. */
  ephemeral(who = YOU): Message[] {
    return this.slack.messages(CHANNEL, { as: who }).filter(({ onlyFor }) => onlyFor === who);
  }

  /** Presses a button of the newest reply to this person that has it; resolves with the words of the answer, "" when a form opens. */
  async pressReply(action: string, who = YOU, which: WhichButton = {}): Promise<string> {
    return this.#pressNewest(this.ephemeral(who), action, { who, which });
  }

  /** What the bot has said to this person in direct messages, oldest first. */
  direct(who = YOU): string[] {
    return this.#told(who).map(plainText);
  }

  /** Resolves with the first direct message to this person that says this. */
  saidTo(who: string, said: string | RegExp): Promise<string> {
    const fits = (line: string) => (typeof said === "string" ? line.includes(said) : said.test(line));
    return this.slack.waitFor(() => this.direct(who).find(fits), PATIENT);
  }

  /** As `pressReply`, for the newest direct message that has the button. */
  async pressDirect(action: string, who = YOU, which: WhichButton = {}): Promise<string> {
    const withButton = () => this.#told(who).filter((one) => blockWith(one.blocks, action, which) !== undefined);
    await this.slack.waitFor(() => withButton().length > 0, PATIENT);
    return this.#pressNewest(withButton(), action, { who, which });
  }

  /** The form that this person has open; waits for one. */
  form(who = YOU): Promise<View> {
    return this.slack.waitFor(() => this.slack.openView(who), PATIENT);
  }

  /** Fills in the open form and sends it; resolves with the words of the reply, "" when it asks again. */
  async send(said: string, who = YOU): Promise<string> {
    const view = await this.form(who);
    const field = view.blocks.find(({ type }) => type === "input")?.block_id;
    const told = this.#told(who).length;
    const submit = async () => {
      const { error, errors } = await this.slack.submitView(who, { [field ?? ""]: said });
      if (error || errors) throw new Error(`the form was not sent: ${error ?? JSON.stringify(errors)}`);
    };
    if (!this.#askedAtHome.delete(who)) return plainText(await this.#answered(who, submit));
    await submit();
    return plainText(await this.slack.waitFor(() => this.#told(who)[told], PATIENT));
  }

  /** Opens the Home page and resolves with all the words on it, one line for each part and button. */
  async home(who = YOU): Promise<string> {
    return this.#published(who, async () => this.slack.openHome(who));
  }

  /** Presses a button of the Home page; resolves with its words afterwards, "" when a form opens. */
  async pressHome(action: string, who = YOU, which: WhichButton = {}): Promise<string> {
    const blockId = blockWith(this.slack.home(who)?.blocks, action, which);
    if (!blockId) throw new Error(`there is no button ${action} ${which.value ?? ""} on the Home page`);
    return this.#published(who, async () => {
      failed(await this.slack.pressAtHome(who, action, { confirm: true, blockId }));
    });
  }

  async #pressNewest(messages: Message[], action: string, { who, which }: { who: string; which: WhichButton }) {
    const newest = messages.findLast((one) => blockWith(one.blocks, action, which) !== undefined);
    const blockId = blockWith(newest?.blocks, action, which);
    if (!newest || !blockId) {
      const there = messages.flatMap((one) => buttons(one).map(({ actionId, value }) => `${actionId} ${value}`));
      throw new Error(`there is no button ${action} ${which.value ?? ""}; there is: ${there.join(", ") || "none"}`);
    }
    const press = async () => {
      failed(await this.slack.press(who, newest.channel, newest.ts, action, { confirm: true, blockId }));
    };
    return plainText(await this.#answered(who, press));
  }

  /** The reply, new or in place of another one, wherever only this person sees it; null when a form has opened. */
  async #answered(who: string, act: () => Promise<unknown>): Promise<Message | null> {
    const shown = () => [...this.ephemeral(who), ...this.slack.directMessages(who).filter(({ onlyFor }) => onlyFor)];
    const before = new Map(shown().map(({ ts, changes }) => [ts, changes]));
    const formBefore = this.slack.openView(who)?.id;
    await act();
    const look = () => {
      const reply = shown().find(({ ts, changes }) => before.get(ts) !== changes);
      const form = this.slack.openView(who);
      return reply ? { reply } : form && form.id !== formBefore ? { reply: null } : undefined;
    };
    return (await this.slack.waitFor(look, PATIENT)).reply;
  }

  async #published(who: string, act: () => Promise<unknown>): Promise<string> {
    const before = this.slack.home(who)?.hash;
    const formBefore = this.slack.openView(who)?.id;
    await act();
    const look = () => {
      const form = this.slack.openView(who);
      if (form && form.id !== formBefore) return { form };
      return this.slack.home(who)?.hash !== before ? { form: null } : undefined;
    };
    const { form } = await this.slack.waitFor(look, PATIENT);
    if (form) this.#askedAtHome.add(who);
    return form ? "" : visible(words({ text: "", blocks: this.slack.home(who)?.blocks ?? [] } as unknown as Message));
  }

  #told(who: string): Message[] {
    return this.slack.directMessages(who).filter(({ onlyFor, bot_id }) => !onlyFor && bot_id !== undefined);
  }
}

/** The id of the block that holds this button. */
function blockWith(blocks: Message["blocks"], action: string, { value }: WhichButton): string | undefined {
  const holds = (block: unknown) =>
    buttons({ blocks: [block] } as unknown as Message).some(
      (one) => one.actionId === action && (value === undefined || one.value === value),
    );
  return blocks?.find(holds)?.block_id;
}

function failed({ error }: { error?: string }): void {
  if (error) throw new Error(`the button was not answered: ${error}`);
}

/** All that a person reads, without markup; zero-width characters keep words from becoming markup. "" for no message. */
export function plainText(message: Message | null): string {
  return visible(message?.text ?? "");
}

function visible(text: string): string {
  return text.replace(/\u200b/g, "");
}
