// A person fills in and submits a modal, or closes it, and the app's answer decides what they see next.

import { wireView } from "../api/views.ts";
import type { DeliveryError } from "../delivery/delivery.ts";
import { viewPayload } from "../delivery/payloads.ts";
import { type Fields, fields, text } from "../json.ts";
import { Refused } from "../refused.ts";
import { checkedView } from "../rules/view.ts";
import type { Stand } from "../stand.ts";
import type { Block, Person, View } from "../types.ts";
import { chosenValue, elementsOf } from "./pressing.ts";

export interface Submitted {
  /** What is wrong with an input, by block id. */
  errors?: Record<string, string>;
  error?: DeliveryError | "invalid_response";
}

/** By block id or action id: what the person has put in. */
export type Inputs = Record<string, string | string[]>;

export async function submit(stand: Stand, of: { person: Person; view: View }, inputs: Inputs): Promise<Submitted> {
  const { person, view } = of;
  const missing = unanswered(view, inputs);
  if (missing.length > 0)
    return { errors: Object.fromEntries(missing.map((id) => [id, "Please complete this required field."])) };
  const tooLong = overlong(view, inputs);
  if (tooLong.length > 0) return { errors: Object.fromEntries(tooLong.map((id) => [id, "This is too long."])) };
  const wire = wireView(stand, view, stateOf(view, inputs));
  const outcome = await stand.delivery.deliver(
    "interactive",
    viewPayload(stand, "view_submission", { person, view: wire }),
  );
  if (!outcome.ok) return { error: outcome.error };
  try {
    return follow(stand, of, fields(outcome.answer));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { error: "invalid_response" };
  }
}

export function closeView(stand: Stand, { person, view }: { person: Person; view: View }): void {
  stand.views.closeTop(person.id);
  if (!view.notify_on_close) return;
  const wire = wireView(stand, view);
  void stand.delivery.deliver("interactive", viewPayload(stand, "view_closed", { person, view: wire }));
}

function follow(stand: Stand, { person, view }: { person: Person; view: View }, answer: Fields): Submitted {
  switch (text(answer.response_action)) {
    case "errors":
      return {
        errors: Object.fromEntries(Object.entries(fields(answer.errors)).map(([id, what]) => [id, text(what)])),
      };
    case "update":
      stand.views.update({ id: view.id }, checkedView(answer.view, "modal"));
      return {};
    case "push":
      stand.views.push(person.id, checkedView(answer.view, "modal"));
      return {};
    case "clear":
      stand.views.clear(person.id);
      return {};
    default:
      stand.views.closeTop(person.id);
      return {};
  }
}

function given(block: Block, inputs: Inputs): string | string[] | undefined {
  const element = fields(block.element);
  return inputs[text(block.block_id)] ?? inputs[text(element.action_id)] ?? initial(element);
}

function initial(element: Fields): string | undefined {
  const value =
    element.initial_value ?? fields(element.initial_option).value ?? element.initial_user ?? element.initial_date;
  return value === undefined ? undefined : text(value);
}

function unanswered(view: View, inputs: Inputs): string[] {
  const isEmpty = (value: string | string[] | undefined): boolean => value === undefined || value.length === 0;
  const required = view.blocks.filter((block) => block.type === "input" && block.optional !== true);
  return required.filter((block) => isEmpty(given(block, inputs))).map((block) => text(block.block_id));
}

/** Slack itself lets nobody send more than the input takes. */
function overlong(view: View, inputs: Inputs): string[] {
  const isLong = (block: Block): boolean =>
    text(given(block, inputs)).length > Number(fields(block.element).max_length ?? 3_000);
  return view.blocks.filter((block) => block.type === "input" && isLong(block)).map((block) => text(block.block_id));
}

/** `state.values` as Slack builds it: by block id, then by action id. */
export function stateOf(view: View, inputs: Inputs): Fields {
  const state: Record<string, Fields> = {};
  for (const block of view.blocks) {
    for (const element of elementsOf(block).filter((one) => one.type !== "button")) {
      const value = { type: element.type, ...chosenValue(element, given({ ...block, element }, inputs)) };
      const id = text(block.block_id);
      state[id] = { ...state[id], [text(element.action_id)]: value };
    }
  }
  return state;
}
