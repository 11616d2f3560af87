// Elements from data. Texts become text nodes, never markup: what a client sent stays a text.

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
  node.append(...children.flat().filter((child) => child !== null && child !== false));
  return node;
}

/** Sets attributes and listeners. */
export function set(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === null || value === false) node.removeAttribute(name);
    else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value === true ? "" : value);
  }
}

/** Sets the text of a node where it is another. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
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
