// Limits of what sits inside blocks: buttons, menus, images, inputs.

import type { Fields } from "../json.ts";
import type { Mistakes } from "./mistakes.ts";
import { checkConfirm, checkOptions, checkStyle, checkText } from "./texts.ts";

type Check = (mistakes: Mistakes, path: string, element: Fields) => void;

const menus = ["static_select", "multi_static_select"];
const lookups = ["users", "channels", "conversations", "external"].flatMap((one) => [
  `${one}_select`,
  `multi_${one}_select`,
]);
const pickers = ["datepicker", "timepicker", "datetimepicker"];
const choices = ["radio_buttons", "checkboxes"];

/** What an actions block may hold. */
export const inActions = ["button", "overflow", "workflow_button", ...menus, ...lookups, ...pickers, ...choices];
/** What may stand beside a section's text. */
export const inSection = [...inActions, "image"];
/** What an input block may hold. */
export const inInput = [
  ...[...menus, ...lookups, ...pickers, ...choices],
  ...["plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input", "file_input"],
];

export function checkElement(mistakes: Mistakes, path: string, element: Fields): void {
  mistakes.optionalString(`${path}/action_id`, element.action_id, 255);
  checkConfirm(mistakes, `${path}/confirm`, element.confirm);
  if (element.placeholder !== undefined)
    checkText(mistakes, `${path}/placeholder`, element.placeholder, { most: 150, isPlain: true });
  checks[String(element.type)]?.(mistakes, path, element);
}

const checkButton: Check = (mistakes, path, button) => {
  const allowed = ["type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label"];
  mistakes.only(path, button, allowed);
  checkText(mistakes, `${path}/text`, button.text, { most: 75, isPlain: true });
  mistakes.optionalString(`${path}/value`, button.value, 2000);
  if (button.url !== undefined) mistakes.url(`${path}/url`, button.url);
  checkStyle(mistakes, `${path}/style`, button.style);
  mistakes.optionalString(`${path}/accessibility_label`, button.accessibility_label, 75);
};

const checkMenu: Check = (mistakes, path, menu) => {
  if (menu.option_groups === undefined) {
    checkOptions(mistakes, `${path}/options`, menu.options, 100);
    return;
  }
  for (const [at, group] of mistakes.items(`${path}/option_groups`, menu.option_groups, [1, 100]).entries()) {
    const here = `${path}/option_groups/${at}`;
    if (!mistakes.object(here, group)) continue;
    checkText(mistakes, `${here}/label`, group.label, { most: 75, isPlain: true });
    checkOptions(mistakes, `${here}/options`, group.options, 100);
  }
};

/** An image as a block, as an accessory or in a context. */
export const checkImage: Check = (mistakes, path, image) => {
  if (image.image_url === undefined && image.slack_file === undefined)
    mistakes.add(path, "must define either `image_url` or `slack_file`");
  if (image.image_url !== undefined) mistakes.url(`${path}/image_url`, image.image_url);
  mistakes.string(`${path}/alt_text`, image.alt_text, 2000);
};

const checkInputText: Check = (mistakes, path, input) => {
  mistakes.optionalString(`${path}/initial_value`, input.initial_value, 3000);
  const { max_length: most, min_length: least = 0 } = input;
  if (most !== undefined && !isWithin(most, 1))
    mistakes.add(`${path}/max_length`, "must be a whole number from 1 to 3000");
  if (!isWithin(least, 0)) mistakes.add(`${path}/min_length`, "must be a whole number from 0 to 3000");
};

function isWithin(value: unknown, least: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= 3000;
}

const checks: Record<string, Check> = {
  button: checkButton,
  static_select: checkMenu,
  multi_static_select: checkMenu,
  overflow: (mistakes, path, menu) => checkOptions(mistakes, `${path}/options`, menu.options, 5),
  radio_buttons: (mistakes, path, choice) => checkOptions(mistakes, `${path}/options`, choice.options, 10),
  checkboxes: (mistakes, path, choice) => checkOptions(mistakes, `${path}/options`, choice.options, 10),
  image: checkImage,
  plain_text_input: checkInputText,
};
