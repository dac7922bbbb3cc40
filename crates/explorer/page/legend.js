// @ts-check
/** @file The legend of a space-time diagram: the marks that it uses, each with its meaning. */

import { svg } from "synod/dom.js";
import { arrowHead, crashMark, eventMark } from "synod/marks.js";

/** @typedef {import("synod/layout.js").SpaceTime} SpaceTime */
/** @typedef {{ text: string, mark: (x: number, y: number) => Element[] }} Entry */
/** @typedef {{ width: number, top: number, size: number, hasOpen: boolean, measure: import("synod/measure.js").Measure }} Settings */

/**
 * @param {SpaceTime} parts
 * @param {Settings} settings
 * @returns {{ element: SVGGElement, height: number }}
 */
export function legend(parts, { width, top, size, hasOpen, measure }) {
  const small = size - 2;
  const line = small * 2;
  let [x, y] = [10, top + line];
  const entries = entriesOf(parts, hasOpen).flatMap(({ text, mark }) => {
    const needed = 34 + measure(text, small) + 18;
    if (x > 10 && x + needed > width) [x, y] = [10, y + line];
    const at = x;
    x += needed;
    return [...mark(at + 12, y), svg("text", { x: at + 32, y: y + small * 0.35, "font-size": small }, text)];
  });
  const element = svg("g", { class: "legend", role: "img", "aria-label": "Legend" }, ...entries);
  return { element, height: entries.length > 0 ? y - top + line : 0 };
}

/**
 * @param {SpaceTime} parts
 * @param {boolean} hasOpen
 * @returns {Entry[]}
 */
function entriesOf({ rows, arrows }, hasOpen) {
  const happens = (/** @type {string} */ kind) =>
    rows.some((row) => row.index > 0 && row.happens === kind && (row.lane !== null || row.between));
  /** @type {(Entry & { isUsed: boolean })[]} */
  const all = [
    { isUsed: happens("acts"), text: "a process acts", mark: (x, y) => [eventMark("acts", x, y, 8)] },
    { isUsed: happens("timer"), text: "a timer fires", mark: (x, y) => [eventMark("timer", x, y, 8)] },
    { isUsed: happens("request"), text: "a client asks", mark: (x, y) => [eventMark("request", x, y, 8)] },
    { isUsed: happens("crash"), text: "crash", mark: (x, y) => [crashMark("crash", x, y)] },
    {
      isUsed: happens("loses-ledger"),
      text: "crash that loses the ledger",
      mark: (x, y) => [crashMark("loses-ledger", x, y)],
    },
    {
      isUsed: happens("session-ends"),
      text: "a session ends",
      mark: (x, y) => [
        svg(
          "g",
          { class: "session" },
          svg("line", { x1: x - 9, x2: x + 9, y1: y, y2: y }),
          svg("path", { d: `M${x - 3} ${y - 5} v10 M${x + 3} ${y - 5} v10` }),
        ),
      ],
    },
    {
      isUsed: rows.some((row) => row.presides.includes(true)),
      text: "presides, or conducts a ballot",
      mark: (x, y) => [svg("line", { class: "presides", x1: x, x2: x, y1: y - 9, y2: y + 9 })],
    },
    {
      isUsed: arrows.some(({ isCopy }) => !isCopy),
      text: "a message arrives",
      mark: (x, y) => [arrow(x, y, "arrow")],
    },
    {
      isUsed: arrows.some(({ isCopy }) => isCopy),
      text: "the same message once more",
      mark: (x, y) => [arrow(x, y, "arrow copy")],
    },
    { isUsed: hasOpen, text: "a message that may arrive", mark: (x, y) => [arrow(x, y, "way")] },
    {
      isUsed: rows.some(({ notes }) => notes.length > 0),
      text: "written in the ledger",
      mark: (x, y) => [svg("text", { class: "note", x: x - 10, y: y + 4, "font-size": 11 }, "nb 1")],
    },
    {
      isUsed: rows.some(({ objection }) => objection !== null),
      text: "what the rule forbids",
      mark: (x, y) => [svg("text", { class: "objection", x: x - 7, y: y + 5, "font-size": 14 }, "⚠")],
    },
    {
      isUsed: rows.some(({ broken }) => broken.length > 0),
      text: "a claim is broken",
      mark: (x, y) => [svg("text", { class: "violation", x: x - 6, y: y + 5, "font-size": 14 }, "✗")],
    },
  ];
  return all.filter(({ isUsed }) => isUsed);
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} kind
 */
function arrow(x, y, kind) {
  const [from, to] = [
    { x: x - 12, y },
    { x: x + 14, y },
  ];
  return svg(
    "g",
    { class: kind },
    svg("path", { class: kind === "way" ? "flight" : "shaft", d: `M${from.x} ${y} H${to.x - 2}` }),
    arrowHead(from, to, 0),
  );
}
