// Making elements without markup in strings, and the page's few icons.

const SVG = "http://www.w3.org/2000/svg";

// Strokes on a 24 by 24 grid.
const strokes = {
  attach: "M20 11.5 12.2 19.3a5 5 0 0 1-7-7L13 4.4a3.3 3.3 0 0 1 4.7 4.7l-7.8 7.8a1.7 1.7 0 0 1-2.4-2.4L14.7 7.4",
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.500v2M12 19.500v2M2.5 12h2M19.5 12h2M5.3 5.300l1.4 1.400M17.3 17.300l1.4 1.400M5.3 18.700l1.4-1.400M17.3 6.700l1.4-1.4",
  moon: "M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500Z",
  file: "M13.5 3H7a1.5 1.5 0 0 0-1.5 1.500v15A1.5 1.5 0 0 0 7 21h10a1.5 1.5 0 0 0 1.5-1.500V8ZM13.5 3v5h5",
  download: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  close: "M6.5 6.500l11 11M17.5 6.500l-11 11",
  retry: "M19.5 12a7.5 7.5 0 1 1-2.2-5.300L19.5 9M19.5 4v5h-5",
  down: "M12 5v14M5.5 12.5 12 19l6.5-6.5",
  tools: "M4.5 4.500h6v6h-6ZM13.5 4.500h6v6h-6ZM4.5 13.500h6v6h-6ZM16.5 13.500v6M13.5 16.500h6",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.500a7.5 7.5 0 0 1 15 0",
  alert: "M12 8v5M12 16.200v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
};

/** An element; attributes that begin with "on" are listeners, false and null leave things out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null && child !== false));
  return node;
}

/** Always next to words or inside something labelled, so hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  path.setAttribute("d", strokes[name]);
  svg.append(path);
  return svg;
}

const signatures = new WeakMap();

/** Make `parent` show `rows`: keep what is unchanged, so that focus, selection and scrolling stay. */
export function reconcile(parent, rows, { signature, build }) {
  const wanted = new Set(rows.map(({ key }) => key));
  // First, so that what stays need not move: moving an element takes its focus away.
  for (const node of [...parent.children]) if (!wanted.has(node.dataset.key)) node.remove();
  const known = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const row of rows) {
    const signed = signature(row);
    let node = known.get(row.key);
    if (!node || signatures.get(node) !== signed) {
      const built = build(row);
      built.dataset.key = row.key;
      signatures.set(built, signed);
      if (!node) built.classList.add("new");
      if (node && node === place) place = node.nextElementSibling;
      node?.remove();
      node = built;
    }
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
}
