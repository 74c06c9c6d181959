// Limits of blocks, by kind and by the surface they stand on.

import { type Fields, isFields } from "../json.ts";
import { checkChart } from "./chart.ts";
import { checkElement, checkImage, inActions, inInput, inSection } from "./elements.ts";
import { Mistakes } from "./mistakes.ts";
import { checkRichText } from "./rich-text.ts";
import { checkText } from "./texts.ts";

export type Surface = "message" | "modal" | "home";
type Check = (mistakes: Mistakes, path: string, block: Fields) => void;

const onlyInMessages = [
  "data_visualization",
  "markdown",
  "table",
  "data_table",
  "file",
  "plan",
  "task_card",
  "card",
  "carousel",
];
const others = ["divider", "video", "context_actions", "container"];
const MOST_CHARTS = 2;

/** What Slack would say to these blocks; nothing when they are fine. `path` is where they stand, such as `/blocks`. */
export function blockMistakes(blocks: unknown, surface: Surface, path = "/blocks"): string[] {
  const mistakes = new Mistakes();
  const ids = new Set<unknown>();
  for (const [at, block] of mistakes.items(path, blocks, [0, surface === "message" ? 50 : 100]).entries()) {
    const here = `${path}/${at}`;
    if (!mistakes.object(here, block)) continue;
    checkBlock(mistakes, here, { block, surface });
    if (block.block_id !== undefined && ids.has(block.block_id))
      mistakes.add(`${here}/block_id`, "must be unique among the blocks");
    ids.add(block.block_id);
  }
  checkNumbers(mistakes, path, Array.isArray(blocks) ? blocks.filter(isFields) : []);
  return mistakes.found;
}

function checkNumbers(mistakes: Mistakes, path: string, blocks: Fields[]): void {
  const count = (type: string): number => blocks.filter((one) => one.type === type).length;
  if (count("data_visualization") > MOST_CHARTS)
    mistakes.add(path, `no more than ${MOST_CHARTS} data_visualization blocks allowed`);
  const focused = blocks.filter((one) => isFields(one.element) && one.element.focus_on_load === true);
  if (focused.length > 1) mistakes.add(path, "no more than 1 element may have `focus_on_load`");
  if (count("table") > 1) mistakes.add(path, "no more than 1 table block allowed");
}

function checkBlock(mistakes: Mistakes, path: string, { block, surface }: { block: Fields; surface: Surface }): void {
  const type = String(block.type);
  const isMisplaced =
    (surface !== "modal" && type === "alert") || (surface !== "message" && onlyInMessages.includes(type));
  const isKnown = type in checks || others.includes(type) || onlyInMessages.includes(type);
  mistakes.optionalString(`${path}/block_id`, block.block_id, 255);
  if (!isKnown || isMisplaced) mistakes.add(`${path}/type`, `unsupported type: ${type}`);
  else checks[type]?.(mistakes, path, block);
}

const checkSection: Check = (mistakes, path, block) => {
  mistakes.only(path, block, ["type", "block_id", "text", "fields", "accessory", "expand"]);
  if (block.text === undefined && block.fields === undefined)
    mistakes.add(path, "must define either `text` or `fields`");
  if (block.text !== undefined) checkText(mistakes, `${path}/text`, block.text, { most: 3000 });
  if (block.fields !== undefined) {
    const fields = mistakes.items(`${path}/fields`, block.fields, [1, 10]);
    for (const [at, field] of fields.entries()) checkText(mistakes, `${path}/fields/${at}`, field, { most: 2000 });
  }
  if (block.accessory !== undefined)
    checkInside(mistakes, `${path}/accessory`, { element: block.accessory, allowed: inSection });
};

const checkActions: Check = (mistakes, path, block) => {
  mistakes.only(path, block, ["type", "block_id", "elements"]);
  const ids = new Set<unknown>();
  for (const [at, element] of mistakes.items(`${path}/elements`, block.elements, [1, 25]).entries()) {
    const here = `${path}/elements/${at}`;
    checkInside(mistakes, here, { element, allowed: inActions });
    if (!isFields(element) || element.action_id === undefined) continue;
    if (ids.has(element.action_id)) mistakes.add(`${here}/action_id`, "must be unique within the block");
    ids.add(element.action_id);
  }
};

function checkInside(
  mistakes: Mistakes,
  path: string,
  { element, allowed }: { element: unknown; allowed: string[] },
): void {
  if (!mistakes.object(path, element)) return;
  if (!allowed.includes(String(element.type))) mistakes.add(`${path}/type`, `unsupported type: ${element.type}`);
  else checkElement(mistakes, path, element);
}

const checkContext: Check = (mistakes, path, block) => {
  mistakes.only(path, block, ["type", "block_id", "elements"]);
  for (const [at, element] of mistakes.items(`${path}/elements`, block.elements, [1, 10]).entries()) {
    const here = `${path}/elements/${at}`;
    if (isFields(element) && element.type === "image") checkImage(mistakes, here, element);
    else checkText(mistakes, here, element, { most: 3000 });
  }
};

const checkInput: Check = (mistakes, path, block) => {
  checkText(mistakes, `${path}/label`, block.label, { most: 2000, isPlain: true });
  if (block.hint !== undefined) checkText(mistakes, `${path}/hint`, block.hint, { most: 2000, isPlain: true });
  checkInside(mistakes, `${path}/element`, { element: block.element, allowed: inInput });
};

const checkTable: Check = (mistakes, path, block) => {
  for (const [at, row] of mistakes.items(`${path}/rows`, block.rows, [1, 100]).entries()) {
    for (const [cellAt, cell] of mistakes.items(`${path}/rows/${at}`, row, [1, 20]).entries()) {
      const here = `${path}/rows/${at}/${cellAt}`;
      if (!mistakes.object(here, cell)) continue;
      const isKnown = ["raw_text", "raw_number", "rich_text"].includes(String(cell.type));
      if (!isKnown) mistakes.add(`${here}/type`, `unsupported type: ${cell.type}`);
    }
  }
};

const checkImageBlock: Check = (mistakes, path, block) => {
  checkImage(mistakes, path, block);
  if (block.title !== undefined) checkText(mistakes, `${path}/title`, block.title, { most: 2000, isPlain: true });
};

const checks: Record<string, Check> = {
  section: checkSection,
  header: (mistakes, path, block) => {
    mistakes.only(path, block, ["type", "block_id", "text", "level"]);
    checkText(mistakes, `${path}/text`, block.text, { most: 150, isPlain: true });
  },
  divider: (mistakes, path, block) => mistakes.only(path, block, ["type", "block_id"]),
  rich_text: checkRichText,
  markdown: (mistakes, path, block) => void mistakes.string(`${path}/text`, block.text, 12_000),
  image: checkImageBlock,
  actions: checkActions,
  context: checkContext,
  input: checkInput,
  table: checkTable,
  data_visualization: checkChart,
  alert: () => {},
};
