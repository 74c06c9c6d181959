// Where people type: grows with the text, completes commands and names, sends with Enter.

import { act } from "./ask.js";
import { completionsAt, usageFor } from "./completion.js";
import { h } from "./dom.js";
import { channelName } from "./names.js";
import { notice, store } from "./store.js";

let main = null;

/** Puts text into the channel's composer and the cursor behind it. */
export function putIntoComposer(text) {
  main?.put(text);
}

/** A composer for a channel, or for a thread in it. */
export function composer({ channel, thread }) {
  const prefix = thread ? "thread-" : "";
  const name = store.state.channels.find((one) => one.id === channel)?.directWith
    ? channelName(channel)
    : `#${channelName(channel)}`;
  const label = thread ? "Reply…" : `Message ${name}`;
  const field = h("textarea", {
    ...{
      rows: 1,
      placeholder: thread ? label : `${label}  —  type / for commands`,
      "aria-label": label,
      autocomplete: "off",
      spellcheck: "false",
    },
    ...{ id: `${prefix}composer`, "data-testid": `${prefix}composer` },
    ...{
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": `${prefix}completion`,
    },
  });
  const options = h("ul", {
    class: "completion",
    id: `${prefix}completion`,
    role: "listbox",
    "data-testid": "completion",
    "aria-label": "Completions",
    hidden: true,
  });
  const hint = h("span", { class: "usage", "aria-hidden": "true" });
  const send = h(
    "button",
    { type: "submit", class: "send", "aria-label": "Send", "data-testid": `${prefix}send`, disabled: true },
    "Send",
  );
  const form = h(
    "form",
    { class: "composer" },
    options,
    h("div", { class: "composer-box" }, h("div", { class: "field-frame" }, field, hint), send),
  );
  const box = new Box({ field, options, hint, send, place: { channel, thread } });
  form.addEventListener("submit", (event) => box.submit(event));
  if (!thread) main = box;
  return form;
}

class Box {
  constructor(parts) {
    Object.assign(this, parts, { found: null, at: 0, sent: [], recalled: 0 });
    this.field.addEventListener("input", () => this.refresh());
    this.field.addEventListener("click", () => this.refresh());
    this.field.addEventListener("blur", () => this.close());
    this.field.addEventListener("keydown", (event) => this.key(event));
  }

  put(text) {
    this.field.value = text;
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
    this.refresh();
    this.close();
  }

  refresh() {
    const { value, selectionStart } = this.field;
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 200)}px`;
    this.send.disabled = value.trim() === "";
    const usage = usageFor(value);
    this.hint.replaceChildren(h("span", { class: "usage-typed" }, usage ? value : ""), usage);
    const found = completionsAt(value, selectionStart);
    const isDone = found?.options.length === 1 && found.options[0].name === value.slice(found.from);
    this.found = found && found.options.length > 0 && !isDone ? found : null;
    this.at = 0;
    this.draw();
  }

  draw() {
    const { options } = this.found ?? { options: [] };
    this.options.hidden = options.length === 0;
    this.field.setAttribute("aria-expanded", String(options.length > 0));
    this.options.replaceChildren(...options.map((one, at) => this.row(one, at)));
    const active = this.options.children[this.at];
    if (active) this.field.setAttribute("aria-activedescendant", active.id);
    else this.field.removeAttribute("aria-activedescendant");
    active?.scrollIntoView({ block: "nearest" });
  }

  row(one, at) {
    const take = (event) => {
      event.preventDefault();
      this.take(at);
    };
    return h(
      "li",
      {
        id: `${this.options.id}-${at}`,
        role: "option",
        "aria-selected": String(at === this.at),
        class: "completion-row",
        onmousedown: take,
      },
      h(
        "span",
        { class: "completion-name" },
        one.name,
        one.hint ? h("span", { class: "completion-hint" }, ` ${one.hint}`) : null,
      ),
      h("span", { class: "completion-text" }, one.text),
    );
  }

  take(at) {
    const chosen = this.found.options[at];
    const rest = this.field.value.slice(this.field.selectionStart);
    const start = this.field.value.slice(0, this.found.from) + chosen.insert;
    this.field.value = start + rest.trimStart();
    this.field.setSelectionRange(start.length, start.length);
    this.refresh();
  }

  close() {
    this.found = null;
    this.draw();
  }

  key(event) {
    if (event.isComposing) return;
    const used = this.found ? this.keyInCompletion(event.key) : this.recall(event.key);
    if (used) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) this.submit(event);
  }

  keyInCompletion(key) {
    const count = this.found.options.length;
    if (key === "ArrowDown" || key === "ArrowUp") {
      this.at = (this.at + (key === "ArrowDown" ? 1 : count - 1)) % count;
      this.draw();
      return true;
    }
    if (key === "Tab" || (key === "Enter" && !this.isTypedOut())) {
      this.take(this.at);
      return true;
    }
    if (key !== "Escape") return false;
    this.close();
    return true;
  }

  /** A command that is already complete is sent by Enter, not completed once more. */
  isTypedOut() {
    return this.found.options[this.at].name === this.field.value.slice(this.found.from, this.field.selectionStart);
  }

  /** The arrow keys in an empty field bring back what was sent before. */
  recall(key) {
    const isStart = this.field.value === "" || this.field.value === this.sent[this.recalled];
    if ((key !== "ArrowUp" && key !== "ArrowDown") || !isStart || this.sent.length === 0) return false;
    this.recalled = Math.max(0, Math.min(this.sent.length, this.recalled + (key === "ArrowUp" ? -1 : 1)));
    this.put(this.sent[this.recalled] ?? "");
    return true;
  }

  async submit(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (text === "") return;
    this.sent.push(text);
    this.recalled = this.sent.length;
    this.put("");
    try {
      const { error, text: words } = await act("type", { as: store.as, ...this.place, text });
      if (error) notice(words, this.place);
    } catch (trouble) {
      notice(trouble.message, this.place);
    }
  }
}
