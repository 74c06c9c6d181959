// Limits of text objects, confirm dialogs and options.

import type { Mistakes } from "./mistakes.ts";

interface TextRule {
  most: number;
  /** Markdown is refused. */
  isPlain?: boolean;
}

export function checkText(mistakes: Mistakes, path: string, value: unknown, rule: TextRule): void {
  if (!mistakes.object(path, value)) return;
  if (value.type !== "plain_text" && (rule.isPlain || value.type !== "mrkdwn")) {
    mistakes.add(`${path}/type`, rule.isPlain ? "must be one of: plain_text" : "must be one of: mrkdwn, plain_text");
    return;
  }
  mistakes.only(path, value, value.type === "plain_text" ? ["type", "text", "emoji"] : ["type", "text", "verbatim"]);
  mistakes.string(`${path}/text`, value.text, rule.most);
}

export function checkConfirm(mistakes: Mistakes, path: string, value: unknown): void {
  if (value === undefined || !mistakes.object(path, value)) return;
  mistakes.only(path, value, ["title", "text", "confirm", "deny", "style"]);
  checkText(mistakes, `${path}/title`, value.title, { most: 100, isPlain: true });
  checkText(mistakes, `${path}/text`, value.text, { most: 300 });
  checkText(mistakes, `${path}/confirm`, value.confirm, { most: 30, isPlain: true });
  checkText(mistakes, `${path}/deny`, value.deny, { most: 30, isPlain: true });
  checkStyle(mistakes, `${path}/style`, value.style);
}

export function checkStyle(mistakes: Mistakes, path: string, value: unknown): void {
  if (value !== undefined && value !== "primary" && value !== "danger")
    mistakes.add(path, "must be one of: primary, danger");
}

export function checkOptions(mistakes: Mistakes, path: string, value: unknown, most: number): void {
  const values = new Set<unknown>();
  for (const [at, option] of mistakes.items(path, value, [1, most]).entries()) {
    const here = `${path}/${at}`;
    if (!mistakes.object(here, option)) continue;
    mistakes.only(here, option, ["text", "value", "description", "url"]);
    checkText(mistakes, `${here}/text`, option.text, { most: 75 });
    mistakes.string(`${here}/value`, option.value, 75);
    if (option.description !== undefined) checkText(mistakes, `${here}/description`, option.description, { most: 75 });
    if (option.url !== undefined) mistakes.url(`${here}/url`, option.url);
    if (values.has(option.value)) mistakes.add(`${here}/value`, "must be unique among the options");
    values.add(option.value);
  }
}
