// What a modal or a home tab must be before it is taken. Throws `Refused`.

import { type Fields, isFields, list, text, yes } from "../json.ts";
import { freshId, secret } from "../names.ts";
import { Refused, refusedFor } from "../refused.ts";
import type { Block, View } from "../types.ts";
import { blockMistakes } from "./blocks.ts";
import { Mistakes } from "./mistakes.ts";
import { checkText } from "./texts.ts";

/** A fresh view from the `view` argument of a call or an acknowledgement. */
export function checkedView(value: unknown, type: View["type"]): View {
  if (!isFields(value)) throw refusedFor("invalid_arguments", ["must be a valid view [json-pointer:/view]"]);
  const mistakes = viewMistakes(value, type);
  if (mistakes.length > 0) throw refusedFor("invalid_arguments", mistakes);
  if (JSON.stringify(value).length > 250_000) throw new Refused("view_too_large");
  const id = freshId("V");
  return {
    id,
    type,
    hash: `${Date.now()}.${secret(8)}`,
    ...(value.title !== undefined && { title: value.title as Fields }),
    ...(value.submit !== undefined && { submit: value.submit as Fields }),
    ...(value.close !== undefined && { close: value.close as Fields }),
    blocks: withIds(list(value.blocks) as Block[]),
    private_metadata: text(value.private_metadata),
    callback_id: text(value.callback_id),
    external_id: text(value.external_id),
    clear_on_close: yes(value.clear_on_close),
    notify_on_close: yes(value.notify_on_close),
    root_view_id: id,
    previous_view_id: null,
  };
}

function viewMistakes(view: Fields, type: View["type"]): string[] {
  const mistakes = new Mistakes();
  if (view.type !== type) mistakes.add("/view/type", `must be one of: ${type}`);
  mistakes.optionalString("/view/private_metadata", view.private_metadata, 3000);
  mistakes.optionalString("/view/callback_id", view.callback_id, 255);
  mistakes.optionalString("/view/external_id", view.external_id, 255);
  if (type === "modal") checkModal(mistakes, view);
  return [...mistakes.found, ...blockMistakes(view.blocks, type, "/view/blocks")];
}

function checkModal(mistakes: Mistakes, view: Fields): void {
  checkText(mistakes, "/view/title", view.title, { most: 24, isPlain: true });
  for (const part of ["submit", "close"]) {
    if (view[part] !== undefined) checkText(mistakes, `/view/${part}`, view[part], { most: 24, isPlain: true });
  }
  const hasInput = list(view.blocks).some((one) => isFields(one) && one.type === "input");
  if (hasInput && view.submit === undefined)
    mistakes.add("/view", "a `submit` is required when there are input blocks");
}

/** Slack gives a block without an id one, and an element without one too. */
export function withIds(blocks: Block[]): Block[] {
  const withAction = (value: unknown): unknown =>
    isFields(value) && !["mrkdwn", "plain_text", "image"].includes(text(value.type))
      ? { action_id: secret(5), ...value }
      : value;
  return blocks.map((block) => ({
    block_id: secret(5),
    ...block,
    ...(block.type === "actions" && { elements: list(block.elements).map(withAction) }),
    ...(block.accessory !== undefined && { accessory: withAction(block.accessory) }),
    ...(block.element !== undefined && { element: withAction(block.element) }),
  }));
}
