// A person presses a button or chooses in a menu, on a message, in a modal or on the home tab.

import { wireView } from "../api/views.ts";
import type { DeliveryError } from "../delivery/delivery.ts";
import { messageActionPayload, type Pressed, viewActionPayload } from "../delivery/payloads.ts";
import { type Fields, fields, isFields, list, text } from "../json.ts";
import type { Stand } from "../stand.ts";
import type { Block, Message, Person, View } from "../types.ts";

export interface PressOptions {
  /** The person says yes in the element's confirm dialog. */
  confirm?: boolean;
  /** The value chosen in a menu, a picker or an input. */
  choose?: string | string[];
  /** When two elements have the same action id. */
  blockId?: string;
}

export interface PressResult {
  /** The confirm dialog, when there is one and nobody has said yes: nothing was sent. */
  confirm?: Fields;
  /** What the person is told when the app did not acknowledge. */
  error?: DeliveryError | "not_interactive";
}

interface Found {
  block: Block;
  element: Fields;
}

export interface Press {
  person: Person;
  actionId: string;
  options: PressOptions;
  values: Fields;
}

/** Throws when there is no such element, naming those that are there. */
export async function pressOnMessage(stand: Stand, message: Message, press: Press): Promise<PressResult> {
  const blocks = [...(message.blocks ?? []), ...(message.attachments ?? []).flatMap((one) => one.blocks ?? [])];
  return act(stand, { ...press, blocks }, (pressed) => messageActionPayload(stand, message, pressed));
}

export async function pressInView(stand: Stand, view: View, press: Press): Promise<PressResult> {
  const payload = (pressed: Pressed): Fields =>
    viewActionPayload(stand, wireView(stand, view, pressed.values), pressed);
  return act(stand, { ...press, blocks: view.blocks }, payload);
}

async function act(
  stand: Stand,
  press: Press & { blocks: Block[] },
  payload: (pressed: Pressed) => Fields,
): Promise<PressResult> {
  const { block, element } = find(press);
  if (isFields(element.confirm) && press.options.confirm !== true) return { confirm: element.confirm };
  if (!stand.manifest.isInteractive) return { error: "not_interactive" };
  const action = actionOf(stand, { block, element }, press.options.choose);
  const values = { ...press.values };
  if (element.type !== "button") {
    const blockId = text(block.block_id);
    const { action_id: id, block_id: _block, action_ts: _at, ...value } = action;
    values[blockId] = { ...fields(values[blockId]), [text(id)]: value };
  }
  const outcome = await stand.delivery.deliver("interactive", payload({ person: press.person, action, values }));
  return outcome.ok ? {} : { error: outcome.error };
}

function find(press: Press & { blocks: Block[] }): Found {
  const all = press.blocks.flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
  const { blockId } = press.options;
  const fits = ({ block, element }: Found): boolean =>
    element.action_id === press.actionId && (blockId === undefined || block.block_id === blockId);
  const found = all.find(fits);
  if (found) return found;
  const present = all.map(({ element }) => element.action_id).join(", ") || "none";
  throw new Error(`There is nothing to press with action id "${press.actionId}". There is: ${present}.`);
}

/** Everything in a block that can be acted on. */
export function elementsOf(block: Block): Fields[] {
  const inside = [...(block.type === "actions" ? list(block.elements) : []), block.accessory, block.element];
  return inside.filter(isFields).filter((one) => one.action_id !== undefined);
}

function actionOf(stand: Stand, { block, element }: Found, chosen: string | string[] | undefined): Fields {
  const common = {
    type: element.type,
    action_id: element.action_id,
    block_id: block.block_id,
    action_ts: stand.workspace.nextTs(),
  };
  if (element.type === "button") return { ...common, text: element.text, ...pick(element, ["value", "style"]) };
  return { ...common, ...chosenValue(element, chosen) };
}

function pick(from: Fields, names: string[]): Fields {
  return Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]));
}

/** What was chosen, in the field in which this kind of element reports it. */
export function chosenValue(element: Fields, chosen: string | string[] | undefined): Fields {
  const all = [
    ...list(element.options),
    ...list(element.option_groups).flatMap((one) => list(fields(one).options)),
  ].filter(isFields);
  const option = (value: string | undefined): Fields | null => all.find((one) => one.value === value) ?? null;
  const many = chosen === undefined ? [] : [chosen].flat();
  const one = many[0] ?? null;
  const type = text(element.type);
  if (["static_select", "overflow", "radio_buttons"].includes(type)) return { selected_option: option(many[0]) };
  if (["checkboxes", "multi_static_select"].includes(type))
    return { selected_options: many.map(option).filter((found) => found !== null) };
  const lookup = /^(multi_)?(user|channel|conversation)s_select$/.exec(type);
  if (lookup?.[1]) return { [`selected_${lookup[2]}s`]: many };
  if (lookup) return { [`selected_${lookup[2]}`]: one };
  if (type === "datepicker") return { selected_date: one };
  if (type === "timepicker") return { selected_time: one };
  if (type === "datetimepicker") return { selected_date_time: one === null ? null : Number(one) };
  return { value: one === null || one === "" ? null : one };
}
