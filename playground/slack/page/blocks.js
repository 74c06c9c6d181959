// Block Kit as elements, one maker per kind of block. Knows no message and no modal: what can be pressed goes to the surface.

import { chart } from "./chart.js";
import { h, reconcile } from "./dom.js";
import { element } from "./elements.js";
import { mrkdwn, plain, textObject } from "./mrkdwn.js";
import { richText } from "./rich-text.js";

/** What stands in a place now: a button that was left alone belongs to a block that has another id since the last change. */
const latest = new WeakMap();

/** Draws `blocks` into `parent`, leaving alone those that look as before. */
export function drawBlocks(parent, blocks, surface) {
  latest.set(parent, { blocks: blocks ?? [], surface });
  const pressAt = (at) => (one, block, choice) => {
    const now = latest.get(parent);
    return now.surface.press(one, now.blocks[at] ?? block, choice);
  };
  const entries = (blocks ?? []).map((block, at) => ({
    key: `${at}-${block.type}`,
    signature: JSON.stringify({ ...block, block_id: undefined }),
    make: () => h("div", { class: `block block-${block.type}` }, draw(block, { ...surface, press: pressAt(at) })),
  }));
  reconcile(parent, entries);
}

function draw(block, surface) {
  const maker = makers[block.type];
  return maker
    ? maker(block, surface)
    : h("span", { class: "unknown" }, `(a block of type ${block.type} is not drawn here)`);
}

function section(block, surface) {
  const fields = (block.fields ?? []).map((field) => h("div", { class: "field" }, textObject(field)));
  return [
    h(
      "div",
      { class: "section-text" },
      block.text ? h("div", { class: "text" }, textObject(block.text)) : null,
      fields.length > 0 ? h("div", { class: "fields" }, fields) : null,
    ),
    block.accessory ? h("div", { class: "accessory" }, accessory(block, surface)) : null,
  ];
}

function accessory(block, surface) {
  return block.accessory.type === "image"
    ? picture(block.accessory, "accessory-image")
    : element(block.accessory, block, surface);
}

function picture(image, name) {
  const src = image.image_url ?? image.slack_file?.url ?? `/files/${encodeURIComponent(image.slack_file?.id ?? "")}`;
  return h("img", { class: name, src, alt: image.alt_text, loading: "lazy" });
}

function context(block) {
  return (block.elements ?? []).map((one) =>
    one.type === "image" ? picture(one, "context-image") : h("span", { class: "context-text" }, textObject(one)),
  );
}

function image(block) {
  return h("figure", {}, block.title ? h("figcaption", {}, plain(block.title)) : null, picture(block, "image"));
}

function table(block) {
  const [head = [], ...rows] = block.rows ?? [];
  const align = (at) => `align-${block.column_settings?.[at]?.align ?? "left"}`;
  const cell = (tag) => (one, at) => h(tag, { class: align(at), scope: tag === "th" ? "col" : null }, cellContent(one));
  return h(
    "div",
    { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Table" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, head.map(cell("th")))),
      h(
        "tbody",
        {},
        rows.map((row) => h("tr", {}, row.map(cell("td")))),
      ),
    ),
  );
}

function cellContent(one) {
  return one.type === "rich_text" ? richText(one) : String(one.text ?? one.value ?? "");
}

function input(block, surface) {
  const label = h(
    "div",
    { class: "label" },
    plain(block.label),
    block.optional ? h("span", { class: "optional" }, " (optional)") : null,
  );
  const error = surface.errors?.[block.block_id];
  return [
    label,
    element(block.element, block, surface),
    block.hint ? h("div", { class: "hint" }, plain(block.hint)) : null,
    error ? h("div", { class: "input-error", role: "alert" }, error) : null,
  ];
}

const makers = {
  section,
  header: (block) => h("h3", {}, plain(block.text)),
  divider: () => h("hr"),
  context,
  image,
  actions: (block, surface) => (block.elements ?? []).map((one) => element(one, block, surface)),
  rich_text: (block) => richText(block),
  markdown: (block) => h("div", { class: "text" }, mrkdwn(String(block.text).replaceAll("**", "*"))),
  table,
  data_visualization: (block) => chart(block),
  input,
  alert: (block) => h("div", { class: `alert is-${block.level ?? "info"}` }, textObject(block.text)),
};
