// Makes elements. Text becomes text nodes and nothing else: no string is ever read as HTML here.

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

const PROPERTIES = new Set(["value", "checked", "disabled", "selected", "hidden", "open", "tabIndex", "required", "htmlFor", "className"]);

/**
 * An element. Names that begin with "on" are listeners, `class` and `data-…`/`aria-…` attributes; false and null are left out.
 * @param {string} tag
 * @param {Record<string, any>} [given]
 * @param {...Child} children
 * @returns {any}
 */
export function h(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  add(element, children);
  return element;
}

/**
 * @param {Element | DocumentFragment} parent
 * @param {Child[]} children
 */
export function add(parent, children) {
  for (const child of children) {
    if (Array.isArray(child)) add(parent, child);
    else if (child instanceof Node) parent.append(child);
    else if (child !== null && child !== undefined && child !== false) parent.append(String(child));
  }
}

/**
 * Replaces everything in an element.
 * @param {Element} parent
 * @param {...Child} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren();
  add(parent, children);
}

/**
 * Brings the children of `parent` in line with `items` and builds only those that are new or different, so that
 * focus, selection and open menus survive.
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string} key
 * @param {(item: T) => Element} build
 * @param {(item: T) => string} [signature]
 */
export function sync(parent, items, key, build, signature = (item) => JSON.stringify(item)) {
  const present = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const sign = signature(item);
    let node = present.get(name);
    present.delete(name);
    let held = null;
    if (!node || node.sign !== sign) {
      const fresh = build(item);
      held = node?.contains(document.activeElement) ? document.activeElement : null;
      fresh.dataset.key = name;
      fresh.sign = sign;
      if (node) {
        if (place === node) place = node.nextElementSibling;
        node.remove();
      }
      node = fresh;
    }
    if (node === place) place = node.nextElementSibling;
    else parent.insertBefore(node, place);
    if (held) again(node, held)?.focus();
  }
  for (const gone of present.values()) gone.remove();
}

/** What in the new node stands for what had the focus in the old one. @param {any} node @param {any} held */
function again(node, held) {
  const { action } = held.dataset;
  if (action) return node.querySelector(`[data-action="${CSS.escape(action)}"]`);
  return held.dataset.key === node.dataset.key ? node : null;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A line drawing of 20 by 20; `paths` are the `d` of each stroke.
 * @param {...string} paths
 */
export function drawing(...paths) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export const ICONS = {
  close: () => drawing("M5 5l10 10M15 5L5 15"),
  thread: () => drawing("M3.500 4h13v9h-7l-3.500 3v-3h-2.500z"),
  smile: () => drawing("M10 2.500a7.500 7.500 0 100 15 7.500 7.500 0 000-15zM7 12c1.500 2 4.500 2 6 0M7.300 8v.1M12.700 8v.1"),
  bin: () => drawing("M4 6h12M8 6V4h4v2M6 6l.7 10h6.600L14 6"),
  send: () => drawing("M3 4l14 6-14 6 2.500-6zM5.500 10H11"),
  more: () => drawing("M5 10h.01M10 10h.01M15 10h.01"),
  down: () => drawing("M5 8l5 5 5-5"),
  back: () => drawing("M12 4l-6 6 6 6"),
  inspect: () => drawing("M6 6l-4 4 4 4M14 6l4 4-4 4M11.500 4l-3 12"),
  sun: () => drawing("M10 6.500a3.500 3.500 0 100 7 3.500 3.500 0 000-7zM10 1.500v2M10 16.500v2M1.500 10h2M16.500 10h2M4 4l1.400 1.400M14.600 14.600L16 16M4 16l1.400-1.400M14.600 5.400L16 4"),
  moon: () => drawing("M16.500 11.800A7 7 0 118.200 3.500a5.600 5.600 0 008.300 8.300z"),
  auto: () => drawing("M10 2.500a7.500 7.500 0 100 15 7.500 7.500 0 000-15zM10 2.500v15M10 5h4.500M10 8h7M10 11h7M10 14h5"),
  stage: () => drawing("M3 4h14v9H3zM7 17h6M10 13v4M8.500 6.500l3.500 2-3.500 2z"),
  menu: () => drawing("M3 5h14M3 10h14M3 15h14"),
  home: () => drawing("M3 9.500L10 3.500l7 6M5 8.500V16h10V8.500M8.500 16v-4h3v4"),
  play: () => drawing("M6 4l10 6-10 6z"),
  clock: () => drawing("M10 2.500a7.500 7.500 0 100 15 7.500 7.500 0 000-15zM10 5.500V10l3 2"),
};
