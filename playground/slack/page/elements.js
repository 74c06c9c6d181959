// The interactive parts of Block Kit: buttons, menus, choices and inputs. `surface.press(element, block, choice)` says what was done.

import { h } from "./dom.js";
import { plain, plainText } from "./mrkdwn.js";
import { mentionName } from "./names.js";
import { store } from "./store.js";

export function element(one, block, surface) {
  return (makers[one.type] ?? unknown)(one, block, surface);
}

function unknown(one) {
  return h("span", { class: "unknown" }, `(${one.type})`);
}

function button(one, block, surface) {
  const look = one.style === "primary" || one.style === "danger" ? `is-${one.style}` : "";
  const common = {
    class: `button ${look}`,
    "data-action-id": one.action_id,
    "data-testid": "button",
    "aria-label": one.accessibility_label,
  };
  if (one.url) {
    const follow = () => surface.press(one, block);
    return h(
      "a",
      { ...common, href: safe(one.url), target: "_blank", rel: "noopener noreferrer", onclick: follow },
      plain(one.text),
    );
  }
  return h(
    "button",
    { ...common, type: "button", onclick: (event) => busy(event.currentTarget, surface.press(one, block)) },
    plain(one.text),
  );
}

/** No second click before the first one has been answered. */
async function busy(control, work) {
  control.setAttribute("aria-busy", "true");
  await work;
  control.removeAttribute("aria-busy");
}

function safe(url) {
  return /^(https?:|mailto:)/i.test(url) ? url : null;
}

export function optionsOf(one) {
  const groups = one.option_groups ?? [];
  return [...(one.options ?? []), ...groups.flatMap((group) => group.options ?? [])];
}

function select(one, block, surface) {
  const initial = one.initial_option?.value ?? "";
  const option = (each) => h("option", { value: each.value, selected: each.value === initial }, plainText(each.text));
  const choices = one.option_groups
    ? one.option_groups.map((group) => h("optgroup", { label: plainText(group.label) }, group.options.map(option)))
    : optionsOf(one).map(option);
  const placeholder = h(
    "option",
    { value: "", disabled: true, selected: initial === "" },
    one.placeholder ? plainText(one.placeholder) : "Choose",
  );
  return chooser(one, block, { surface, options: [placeholder, ...choices] });
}

function peopleSelect(one, block, surface) {
  const options = store.state.people.map((person) =>
    h("option", { value: person.id, selected: person.id === one.initial_user }, `@${mentionName(person.id)}`),
  );
  return chooser(one, block, { surface, options: [h("option", { value: "" }, "Choose a person"), ...options] });
}

function channelSelect(one, block, surface) {
  const channels = store.state.channels.filter((channel) => !channel.directWith);
  const options = channels.map((channel) => h("option", { value: channel.id }, `#${channel.name}`));
  return chooser(one, block, { surface, options: [h("option", { value: "" }, "Choose a channel"), ...options] });
}

function chooser(one, block, { surface, options }) {
  const label = one.placeholder ? plainText(one.placeholder) : "Choose";
  const choose = (event) => surface.press(one, block, event.target.value);
  return h(
    "select",
    {
      class: "select",
      "data-action-id": one.action_id,
      "aria-label": surface.labelOf?.(block) ?? label,
      onchange: choose,
    },
    options,
  );
}

function overflow(one, block, surface) {
  const choose = (event) => {
    const { value } = event.target;
    event.target.value = "";
    surface.press(one, block, value);
  };
  const options = optionsOf(one).map((each) => h("option", { value: each.value }, plainText(each.text)));
  const first = h("option", { value: "", disabled: true, selected: true, hidden: true }, "⋯");
  return h(
    "select",
    { class: "select is-overflow", "data-action-id": one.action_id, "aria-label": "More actions", onchange: choose },
    first,
    options,
  );
}

function picks(type) {
  return (one, block, surface) => {
    const initial = (one.initial_options ?? [one.initial_option ?? {}]).map((each) => each.value);
    const name = `${block.block_id}-${one.action_id}`;
    const read = (event) => {
      const marked = [...event.currentTarget.querySelectorAll("input:checked")].map((input) => input.value);
      surface.press(one, block, type === "radio" ? (marked[0] ?? "") : marked);
    };
    const choice = (each) =>
      h(
        "label",
        { class: "pick" },
        h("input", { type, name, value: each.value, checked: initial.includes(each.value) }),
        h("span", {}, plain(each.text)),
      );
    return h(
      "div",
      { class: "picks", role: "group", "data-action-id": one.action_id, onchange: read },
      optionsOf(one).map(choice),
    );
  };
}

function input(type, initial) {
  return (one, block, surface) => {
    const attributes = {
      class: "input",
      "data-action-id": one.action_id,
      placeholder: one.placeholder ? plainText(one.placeholder) : null,
      "aria-label": surface.labelOf?.(block),
      oninput: (event) => surface.press(one, block, event.target.value),
    };
    if (one.multiline) return h("textarea", { ...attributes, rows: 4, maxlength: one.max_length }, one[initial] ?? "");
    return h("input", { ...attributes, type, value: one[initial], maxlength: one.max_length });
  };
}

const makers = {
  button,
  static_select: select,
  external_select: select,
  multi_static_select: picks("checkbox"),
  users_select: peopleSelect,
  channels_select: channelSelect,
  conversations_select: channelSelect,
  overflow,
  radio_buttons: picks("radio"),
  checkboxes: picks("checkbox"),
  datepicker: input("date", "initial_date"),
  timepicker: input("time", "initial_time"),
  plain_text_input: input("text", "initial_value"),
  number_input: input("number", "initial_value"),
  email_text_input: input("email", "initial_value"),
  url_text_input: input("url", "initial_value"),
};
