// The modal that the app has opened for the person: its inputs, its errors, submit and close.

import { act } from "./ask.js";
import { drawBlocks } from "./blocks.js";
import { confirmed } from "./dialog.js";
import { h } from "./dom.js";
import { plain, plainText } from "./mrkdwn.js";
import { changed, onChange, store } from "./store.js";

let shown = null;
let dialog = null;
let inputs = {};
let errors = {};
let trouble = "";

export function startModal() {
  onChange(draw);
}

function draw() {
  const view = store.state.view;
  const identity = view ? `${store.as} ${view.id} ${view.hash}` : null;
  if (identity === shown) return;
  const isSameView = view && shown?.split(" ")[1] === view.id;
  shown = identity;
  errors = {};
  trouble = "";
  if (!isSameView) inputs = {};
  dialog?.remove();
  dialog = view ? open(view) : null;
}

function open(view) {
  const body = h("div", { class: "modal-body" });
  const submit = async (event) => {
    event.preventDefault();
    await send(view, body);
  };
  const close = () => act("close", { as: store.as }).catch(() => {});
  const made = h(
    "dialog",
    {
      class: "dialog is-modal",
      "data-testid": "modal",
      "aria-labelledby": "modal-title",
      oncancel: (event) => event.preventDefault() || close(),
    },
    h(
      "form",
      { onsubmit: submit, novalidate: true },
      h("h2", { id: "modal-title" }, plain(view.title)),
      body,
      h("div", { class: "trouble modal-trouble", role: "alert" }),
      h(
        "div",
        { class: "dialog-buttons" },
        h(
          "button",
          { type: "button", class: "button", "data-testid": "modal-close", onclick: close },
          view.close ? plain(view.close) : "Cancel",
        ),
        view.submit
          ? h(
              "button",
              { type: "submit", class: "button is-primary", "data-testid": "modal-submit" },
              plain(view.submit),
            )
          : null,
      ),
    ),
  );
  document.body.append(made);
  made.showModal();
  fill(body, view);
  made.querySelector(".modal-body :is(input, textarea, select)")?.focus();
  return made;
}

function fill(body, view) {
  drawBlocks(body, view.blocks, {
    press: (element, block, choice) => put(element, block, choice),
    labelOf: (block) => plainText(block.label) || null,
  });
}

/** Inputs are kept until the form is sent; what stands outside of input blocks goes to the app at once. */
async function put(element, block, choice) {
  if (choice !== undefined) inputs[block.block_id] = choice;
  const isSilent = block.type === "input" && block.dispatch_action !== true;
  if (isSilent) return;
  if (element.confirm && !(await confirmed(element.confirm))) return;
  const options = { confirm: true, blockId: block.block_id, inputs, ...(choice !== undefined && { choose: choice }) };
  await act("press-view", { as: store.as, actionId: element.action_id, options }).catch((error) => tell(error.message));
}

async function send(view, body) {
  try {
    const answer = await act("submit", { as: store.as, inputs });
    errors = answer.errors ?? {};
    tell(answer.error ? `This did not reach the app: ${answer.error}` : "");
  } catch (error) {
    tell(error.message);
  }
  for (const [at, block] of view.blocks.entries()) mark(body.children[at], errors[block.block_id]);
  changed();
}

function mark(element, error) {
  element?.querySelector(".input-error")?.remove();
  if (error) element?.append(h("div", { class: "input-error", role: "alert" }, error));
}

function tell(text) {
  trouble = text;
  const place = dialog?.querySelector(".modal-trouble");
  if (place) place.textContent = trouble;
}
