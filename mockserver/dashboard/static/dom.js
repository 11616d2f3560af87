// Elements from data. Texts become text nodes, never markup: what a client sent stays a text, and what
// cannot be seen in it is spelt out.

import { visible } from "./format.js";

const SVG = "http://www.w3.org/2000/svg";

/** An element. `on…` properties are listeners; null and false are left out. */
export function h(tag, props, ...children) {
  return filled(document.createElement(tag), props, children);
}

/** The same for a drawing. */
export function svg(tag, props, ...children) {
  return filled(document.createElementNS(SVG, tag), props, children);
}

function filled(node, props, children) {
  set(node, props ?? {});
  const isTyped = node.localName === "textarea"; // a value, not a text to be read
  for (const child of children.flat().filter((one) => one !== null && one !== false)) node.append(child instanceof Node || isTyped ? child : visible(String(child)));
  return node;
}

const READ_OUT = ["aria-label", "title", "placeholder"];

/** Sets attributes and listeners. */
export function set(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === null || value === false) node.removeAttribute(name);
    else setText(node, name, value === true ? "" : String(value));
  }
}

function setText(node, name, value) {
  const text = READ_OUT.includes(name) ? visible(value) : value;
  if (node.getAttribute(name) !== text) node.setAttribute(name, text);
}

/** Sets the text of a node where it is another. */
export function write(node, text) {
  const shown = visible(text);
  if (node.textContent !== shown) node.textContent = shown;
}

/** Brings the children of a node in line with items; those that stay keep their focus. */
export function keyed(parent, items, keyOf, make, update) {
  const there = parent.kept ?? (parent.kept = new Map());
  const wanted = new Set(items.map(keyOf));
  for (const [key, node] of there) {
    if (!wanted.has(key)) {
      node.remove();
      there.delete(key);
    }
  }
  let place = parent.firstChild;
  for (const item of items) {
    const key = keyOf(item);
    let node = there.get(key);
    if (!node) there.set(key, (node = make(item)));
    update(node, item);
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
}
