// @ts-check
/** @file A table of a state as HTML. */

import { h } from "synod/dom.js";
import { latin } from "synod/names.js";

/** @typedef {import("synod/types").Table} Table */

/**
 * A table in a box that scrolls. A gap is marked with a dash, and with words for those who hear the page.
 * @param {Table} table
 * @returns {HTMLElement}
 */
export function table({ caption, columns, rows }) {
  const body = rows.map(([head, texts]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, headOf(head)),
      ...columns.map((_, column) => cell(texts[column] ?? "")),
    ),
  );
  return scrolled(
    caption,
    h(
      "table",
      { class: "picture-table" },
      h("caption", {}, caption),
      h(
        "thead",
        {},
        h("tr", {}, h("td"), ...columns.map((column) => h("th", { scope: "col" }, headOf(column)))),
      ),
      h("tbody", {}, ...body),
    ),
  );
}

/** @param {string} text */
function cell(text) {
  return text === ""
    ? h("td", { class: "gap" }, h("span", { title: "a gap", "aria-label": "a gap" }, "–"))
    : h("td", {}, text);
}

/**
 * The name of a process, with its Latin name if it has one.
 * @param {string} name
 * @returns {HTMLSpanElement}
 */
export function named(name) {
  const other = latin(name);
  return h("span", { class: "named" }, name, other && h("small", {}, other));
}

/** @param {string} text */
function headOf(text) {
  return latin(text) === null ? text : named(text);
}

/**
 * A table that may be wider than the page: its box scrolls, also by keyboard.
 * @param {string} label
 * @param {HTMLTableElement} table
 */
export function scrolled(label, table) {
  return h("div", { class: "scrolled", role: "region", tabindex: 0, "aria-label": label }, table);
}
