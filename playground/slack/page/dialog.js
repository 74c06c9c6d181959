// Confirm dialogs, as Slack shows them before a click is sent. Escape and the backdrop mean no.

import { h } from "./dom.js";
import { plain, textObject } from "./mrkdwn.js";

/** Resolves with whether the person said yes. */
export function confirmed(confirm) {
  return new Promise((resolve) => {
    const end = (answer) => () => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const look = confirm.style === "danger" ? "is-danger" : "is-primary";
    const dialog = h(
      "dialog",
      { class: "dialog is-confirm", "data-testid": "dialog", "aria-labelledby": "dialog-title", oncancel: end(false) },
      h("h2", { id: "dialog-title" }, plain(confirm.title)),
      h("div", { class: "dialog-text text" }, textObject(confirm.text)),
      h(
        "div",
        { class: "dialog-buttons" },
        h(
          "button",
          { type: "button", class: "button", "data-testid": "dialog-deny", onclick: end(false) },
          plain(confirm.deny),
        ),
        h(
          "button",
          { type: "button", class: `button ${look}`, "data-testid": "dialog-confirm", onclick: end(true) },
          plain(confirm.confirm),
        ),
      ),
    );
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) end(false)();
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("[data-testid=dialog-confirm]").focus();
  });
}
