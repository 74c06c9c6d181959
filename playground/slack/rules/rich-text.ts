// Limits of rich text: which parts there are, and what each must have. Slack refuses the whole message for one part that is not as it should be.

import type { Fields } from "../json.ts";
import type { Mistakes } from "./mistakes.ts";

const SECTIONS = ["rich_text_section", "rich_text_preformatted", "rich_text_quote"];

/** What a part must have, by kind: at least one character each. */
const needed: Record<string, string[]> = {
  text: ["text"],
  link: ["url"],
  user: ["user_id"],
  usergroup: ["usergroup_id"],
  channel: ["channel_id"],
  broadcast: ["range"],
  emoji: ["name"],
  date: ["format"],
  team: ["team_id"],
  color: ["value"],
};

export function checkRichText(mistakes: Mistakes, path: string, block: Fields): void {
  mistakes.only(path, block, ["type", "block_id", "elements"]);
  for (const [at, part] of mistakes.items(`${path}/elements`, block.elements, [1, 1000]).entries())
    checkSection(mistakes, `${path}/elements/${at}`, part);
}

function checkSection(mistakes: Mistakes, path: string, part: unknown): void {
  if (!mistakes.object(path, part)) return;
  const isList = part.type === "rich_text_list";
  if (!isList && !SECTIONS.includes(String(part.type))) {
    mistakes.add(`${path}/type`, `unsupported type: ${part.type}`);
    return;
  }
  for (const [at, one] of mistakes.items(`${path}/elements`, part.elements, [0, 10_000]).entries()) {
    if (isList) checkSection(mistakes, `${path}/elements/${at}`, one);
    else checkPart(mistakes, `${path}/elements/${at}`, one);
  }
}

function checkPart(mistakes: Mistakes, path: string, part: unknown): void {
  if (!mistakes.object(path, part)) return;
  const names = needed[String(part.type)];
  if (!names) {
    mistakes.add(`${path}/type`, `unsupported type: ${part.type}`);
    return;
  }
  for (const name of names) mistakes.string(`${path}/${name}`, part[name], 40_000);
  if (part.type === "date" && !Number.isInteger(part.timestamp))
    mistakes.add(`${path}/timestamp`, "must be an integer");
}
