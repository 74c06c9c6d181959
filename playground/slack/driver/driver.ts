// What a test or the page can do in the name of a person, and what it can look at. Names and ids are both understood.

import { wireView } from "../api/views.ts";
import { eventPayload } from "../delivery/payloads.ts";
import type { Stand } from "../stand.ts";
import type { Channel, Message, Person, View } from "../types.ts";
import { isVisibleTo } from "../workspace.ts";
import { closeView, type Inputs, type Submitted, stateOf, submit } from "./modals.ts";
import { type PressOptions, type PressResult, pressInView, pressOnMessage } from "./pressing.ts";
import { type Typed, type } from "./typing.ts";

/** A channel, or a thread in one. */
export type Place = string | { channel: string; thread: string };

export class Driver {
  readonly #stand: Stand;

  constructor(stand: Stand) {
    this.#stand = stand;
  }

  /** Types a message, or a slash command when the text starts with `/`; resolves with what the person sees at once. */
  async type(person: string, place: Place, text: string): Promise<Typed> {
    const { channel, thread } = typeof place === "string" ? { channel: place, thread: undefined } : place;
    return type(this.#stand, {
      person: this.#person(person),
      channel: this.#channel(channel),
      text,
      ...(thread && { threadTs: thread }),
    });
  }

  /**
   * Presses what has this action id on a message. With a confirm dialog and without `confirm: true` nothing is sent: the result holds
   * the dialog. Throws when the person doesn't see such a message, or the message has no such element.
   */
  async press(
    person: string,
    channel: string,
    messageTs: string,
    actionId: string,
    options: PressOptions = {},
  ): Promise<PressResult> {
    const who = this.#person(person);
    const message = this.#stand.workspace.find(this.#channel(channel).id, messageTs);
    if (!message || !isVisibleTo(message, who.id))
      throw new Error(`${who.name} sees no message ${messageTs} in ${channel}.`);
    return pressOnMessage(this.#stand, message, { person: who, actionId, options, values: {} });
  }

  /** The modal that the person has in front of them. */
  openView(person: string): View | undefined {
    return this.#stand.views.top(this.#person(person).id);
  }

  /** Fills in and submits the open modal; inputs are named by block id or action id. */
  async submitView(person: string, inputs: Inputs = {}): Promise<Submitted> {
    return submit(this.#stand, { person: this.#person(person), view: this.#view(person) }, inputs);
  }

  /** Presses something inside the open modal. */
  async pressInView(
    person: string,
    actionId: string,
    options: PressOptions & { inputs?: Inputs } = {},
  ): Promise<PressResult> {
    const view = this.#view(person);
    const values = stateOf(view, options.inputs ?? {});
    return pressInView(this.#stand, view, { person: this.#person(person), actionId, options, values });
  }

  closeView(person: string): void {
    closeView(this.#stand, { person: this.#person(person), view: this.#view(person) });
  }

  /** Opens the app's home tab, or its messages: the app hears of it when its manifest asks for `app_home_opened`. */
  openHome(person: string, tab: "home" | "messages" = "home"): void {
    const who = this.#person(person);
    if (!this.#stand.manifest.botEvents.includes("app_home_opened")) return;
    const view = tab === "home" ? this.home(person) : undefined;
    const event = {
      ...{ type: "app_home_opened", user: who.id, tab, event_ts: this.#stand.workspace.nextTs() },
      channel: this.#stand.workspace.directWith(who.id).id,
      ...(view && { view: wireView(this.#stand, view) }),
    };
    void this.#stand.delivery.deliverEvent(eventPayload(this.#stand, event));
  }

  home(person: string): View | undefined {
    return this.#stand.views.home(this.#person(person).id);
  }

  async pressAtHome(person: string, actionId: string, options: PressOptions = {}): Promise<PressResult> {
    const view = this.home(person);
    if (!view) throw new Error(`The app has published no home tab for ${person}.`);
    return pressInView(this.#stand, view, { person: this.#person(person), actionId, options, values: {} });
  }

  /** What the channel's list shows, oldest first: to `as` with their ephemeral messages, to nobody in particular without any. */
  messages(channel: string, { as }: { as?: string } = {}): Message[] {
    const reader = as === undefined ? "" : this.#person(as).id;
    return this.#stand.workspace.listed(this.#channel(channel).id).filter((one) => isVisibleTo(one, reader));
  }

  /** The replies below a message, without the message itself. */
  replies(channel: string, ts: string, { as }: { as?: string } = {}): Message[] {
    const reader = as === undefined ? "" : this.#person(as).id;
    return this.#stand.workspace.replies(this.#channel(channel).id, ts).filter((one) => isVisibleTo(one, reader));
  }

  /** What the app and the person said to each other in private. */
  directMessages(person: string): Message[] {
    const { id } = this.#person(person);
    const channel = this.#stand.workspace.channels.find((one) => one.directWith === id);
    return channel ? this.#stand.workspace.all(channel.id) : [];
  }

  #person(who: string): Person {
    const person = this.#stand.workspace.person(who);
    if (!person)
      throw new Error(
        `There is no person ${who}. There is: ${this.#stand.workspace.people.map((one) => one.name).join(", ")}.`,
      );
    return person;
  }

  #channel(where: string): Channel {
    const channel = this.#stand.workspace.channel(where);
    if (!channel)
      throw new Error(
        `There is no channel ${where}. There is: ${this.#stand.workspace.channels.map((one) => one.name).join(", ")}.`,
      );
    return channel;
  }

  #view(person: string): View {
    const view = this.openView(person);
    if (!view) throw new Error(`${person} has no modal open.`);
    return view;
  }
}
