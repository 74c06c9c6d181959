// Slack's markup as nodes: bold, italic, strike, code, quotes, links, mentions and dates. Escaped text is unescaped into text nodes only.

import { h } from "./dom.js";
import { withDrawings } from "./drawn-emoji.js";
import { emoji, withEmoji } from "./emoji.js";
import { channelName, groupName, mentionName } from "./names.js";
import { store } from "./store.js";
import { dateTokens, full } from "./time.js";

/** A text object of Block Kit. */
export function textObject(object) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text) : plain(object);
}

export function plain(object) {
  return withDrawings(plainText(object));
}

/** The same without pictures, for labels and options. */
export function plainText(object) {
  const text = String(object?.text ?? "");
  return object?.emoji === false ? text : withEmoji(text);
}

/** Text with markup, as a list of nodes. */
export function mrkdwn(source) {
  return String(source ?? "")
    .split(/```\n?([\s\S]*?)\n?```/)
    .flatMap((part, at) => (at % 2 === 1 ? [h("pre", {}, codeText(part))] : paragraphs(part)));
}

function paragraphs(text) {
  const nodes = [];
  let quote = [];
  const endQuote = () => {
    if (quote.length > 0) nodes.push(h("blockquote", {}, inline(quote.join("\n"))));
    quote = [];
  };
  const lines = text.split("\n");
  for (const [at, line] of lines.entries()) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) {
      quote.push(quoted[1]);
      continue;
    }
    const wasQuote = quote.length > 0;
    endQuote();
    nodes.push(...(at > 0 && !wasQuote ? ["\n"] : []), ...inline(line));
  }
  endQuote();
  return nodes;
}

const before = String.raw`(?<![\w*_~])`;
const after = String.raw`(?![\w])`;
const inner = (mark) => String.raw`(?=\S)((?:[^${mark}\n\`]|\`[^\`\n]*\`)*?[^\s${mark}])`;
const markup = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    `${before}\\*${inner("*")}\\*${after}`,
    `${before}_${inner("_")}_${after}`,
    `${before}~${inner("~")}~${after}`,
    ":([a-z0-9_+'-]+):",
    "(https?://[^\\s<>|]+[^\\s<>|.,;:!?)\\]])",
  ].join("|"),
  "g",
);

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(markup)) {
    nodes.push(...words(text.slice(from, match.index)), marked(match));
    from = match.index + match[0].length;
  }
  nodes.push(...words(text.slice(from)));
  return nodes.filter((one) => one !== "");
}

function marked([whole, code, angle, bold, italic, strike, name, url]) {
  if (code !== undefined) return h("code", {}, codeText(code));
  if (angle !== undefined) return reference(angle);
  if (bold !== undefined) return h("strong", {}, inline(bold));
  if (italic !== undefined) return h("em", {}, inline(italic));
  if (strike !== undefined) return h("s", {}, inline(strike));
  if (name !== undefined) return withDrawings(emoji(name) ?? whole);
  return link(unescaped(url), [unescaped(url)]);
}

function reference(inside) {
  const [target, label] = split(inside);
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#"))
    return h("a", { class: "mention", href: `/archives/${target.slice(1)}` }, `#${channelName(target.slice(1))}`);
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, `@${groupName(target.slice(9))}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (/^!(here|channel|everyone)$/.test(target)) return h("span", { class: "mention is-loud" }, `@${target.slice(1)}`);
  return link(unescaped(target), label ? inline(label) : [unescaped(target).replace(/^mailto:/, "")]);
}

function split(inside) {
  const at = inside.indexOf("|");
  return at < 0 ? [inside, ""] : [inside.slice(0, at), inside.slice(at + 1)];
}

export function mention(id) {
  return h("span", { class: id === store.as ? "mention is-me" : "mention" }, `@${mentionName(id)}`);
}

function date(target, fallback) {
  const [, ts, pattern, url] = target.split("^");
  if (!/^\d+$/.test(ts ?? "") || !pattern) return unescaped(fallback);
  const shown = h("time", { title: full(ts) }, dateTokens(ts, unescaped(pattern)));
  return url ? link(unescaped(url), [shown]) : shown;
}

/** A link, when it leads to the web or to a mail address; plain text otherwise. */
export function link(url, children) {
  if (!/^(https?:\/\/|mailto:)/i.test(url)) return h("span", {}, children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "link" }, children);
}

function codeText(text) {
  return unescaped(text.replace(/<([^<>|\n]+)(?:\|([^<>\n]*))?>/g, (_whole, target, label) => label || target));
}

function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function words(text) {
  return withDrawings(unescaped(text));
}
