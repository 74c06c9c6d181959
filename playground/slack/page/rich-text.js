// The `rich_text` block: sections, lists, quotes and preformatted text with styled parts.

import { h } from "./dom.js";
import { withDrawings } from "./drawn-emoji.js";
import { emoji } from "./emoji.js";
import { link, mention } from "./mrkdwn.js";
import { channelName, groupName } from "./names.js";
import { dateTokens } from "./time.js";

export function richText(block) {
  return h("div", { class: "rich" }, (block.elements ?? []).map(part));
}

function part(element) {
  const inside = (element.elements ?? []).map(piece);
  switch (element.type) {
    case "rich_text_list":
      return list(element);
    case "rich_text_quote":
      return h("blockquote", {}, inside);
    case "rich_text_preformatted":
      return h("pre", {}, inside);
    default:
      return h("div", { class: "rich-section" }, inside);
  }
}

function list(element) {
  const tag = element.style === "ordered" ? "ol" : "ul";
  const items = (element.elements ?? []).map((one) => h("li", {}, (one.elements ?? []).map(piece)));
  return h(
    tag,
    {
      class: `indent-${Math.min(Number(element.indent) || 0, 6)}`,
      start: element.offset ? Number(element.offset) + 1 : null,
    },
    items,
  );
}

function piece(element) {
  return styled(content(element), element.style ?? {});
}

function content(element) {
  switch (element.type) {
    case "link":
      return link(String(element.url), [String(element.text ?? element.url)]);
    case "emoji":
      return withDrawings(emoji(element.name) ?? `:${element.name}:`);
    case "user":
      return mention(element.user_id);
    case "usergroup":
      return h("span", { class: "mention" }, `@${groupName(element.usergroup_id)}`);
    case "channel":
      return h(
        "a",
        { class: "mention", href: `/archives/${element.channel_id}` },
        `#${channelName(element.channel_id)}`,
      );
    case "broadcast":
      return h("span", { class: "mention is-loud" }, `@${element.range}`);
    case "date":
      return h("time", {}, dateTokens(element.timestamp, String(element.format ?? "{date} {time}")));
    default:
      return withDrawings(String(element.text ?? ""));
  }
}

function styled(node, style) {
  let result = node;
  if (style.code) result = h("code", {}, result);
  if (style.bold) result = h("strong", {}, result);
  if (style.italic) result = h("em", {}, result);
  if (style.strike) result = h("s", {}, result);
  return result;
}
