// Builds elements from text and values; there is no way to pass markup, so nothing that somebody wrote can become HTML.

const svgNamespace = "http://www.w3.org/2000/svg";

/** `h("button", { class: "x", onclick: f, "aria-label": "..." }, "text", otherNode)`; null and false children are left out. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(svgNamespace, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  return element;
}

const signatures = new WeakMap();

/**
 * Makes the children of `parent` these entries, in this order, and touches only what has changed. An entry has a `key`, a `signature`
 * (text; the same text means the same look), `make()` and optionally `patch(element)`, which changes an element in place.
 */
export function reconcile(parent, entries) {
  const present = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let before = parent.firstElementChild;
  for (const entry of entries) {
    const known = present.get(entry.key);
    present.delete(entry.key);
    const isInPlace = known !== undefined && known === before;
    if (isInPlace) before = before.nextElementSibling;
    const element = known ? refreshed(known, entry) : made(entry);
    if (!isInPlace) parent.insertBefore(element, before);
  }
  for (const gone of present.values()) gone.remove();
}

function made(entry) {
  const element = entry.make();
  element.dataset.key = entry.key;
  signatures.set(element, entry.signature);
  return element;
}

function refreshed(element, entry) {
  if (signatures.get(element) === entry.signature) return element;
  if (!entry.patch) {
    const fresh = made(entry);
    element.replaceWith(fresh);
    return fresh;
  }
  entry.patch(element);
  signatures.set(element, entry.signature);
  return element;
}
