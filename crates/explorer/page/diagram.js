// @ts-check
/**
 * @file The space-time diagram as SVG: a lane for each process, time downwards, a row a step, arrows
 * for messages. What may arrive now stands below the present row, as buttons.
 */

import { chipsOf, nowOf, worthShowing } from "synod/chips.js";
import { svg } from "synod/dom.js";
import { lanesOf } from "synod/lanes.js";
import { isCrash, openMessages, spaceTime } from "synod/layout.js";
import { legend } from "synod/legend.js";
import { arrowHead, crashMark, eventMark } from "synod/marks.js";
import { measureText, shorten } from "synod/measure.js";
import { boxOf, places } from "synod/places.js";

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/types").Message} Message */
/** @typedef {import("synod/layout.js").SpaceTime} SpaceTime */
/** @typedef {import("synod/places.js").Places} Places */
/** @typedef {import("synod/places.js").PlacedRow} PlacedRow */
/** @typedef {import("synod/places.js").PlacedArrow} PlacedArrow */

/**
 * @typedef {object} Options
 * @property {string[]} [processes] In the order of the lanes.
 * @property {number} [at] The present position: rows after it are dim. By default the last.
 * @property {number} [width] In pixels.
 * @property {(message: Message, process: string) => void} [onDeliver] By default messages are not buttons.
 * @property {(message: Message, process: string) => boolean} [canDeliver] Whether a message may arrive there with an effect. By default all may.
 * @property {(step: number) => void} [onStep]
 * @property {Set<string>} [asides] The keys (`messageKey`) of messages that were put aside as lost.
 */

/**
 * @param {View[]} views
 * @param {Options} [options]
 * @returns {SVGSVGElement}
 */
export function diagram(views, options = {}) {
  const at = Math.min(options.at ?? views.length - 1, views.length - 1);
  const parts = spaceTime(views, options.processes);
  const open = worthShowing(openMessages(views, parts, at), parts, options);
  const width = Math.max(options.width ?? 720, 240);
  const where = places(parts, { width, at, open, measure: measureText });
  const key = legend(parts, {
    width: where.width,
    top: where.height,
    size: where.size,
    hasOpen: where.chips.length > 0,
    measure: measureText,
  });
  const chips = chipsOf(where, parts, options);
  const headings = svg("g", { class: "headings" }, ...headingsOf(parts, where));
  const picture = svg(
    "svg",
    {
      class: "space-time",
      role: "group",
      "aria-label": `Space-time diagram: ${parts.lanes.length} processes, ${views.length - 1} steps`,
      width: where.width,
      height: where.height + key.height,
      viewBox: `0 0 ${where.width} ${where.height + key.height}`,
      "font-size": where.size,
    },
    svg("g", {}, ...where.rows.map((row) => rowOf(row, at, where, options))),
    svg("g", { class: "lanes", "aria-hidden": "true" }, ...lanesOf(parts, where, at)),
    svg(
      "g",
      { class: "arrows", "aria-hidden": "true" },
      ...where.arrows.map((arrow) => arrowOf(arrow, at, options)),
    ),
    svg("g", { class: "flights", "aria-hidden": "true" }, ...chips.map(({ flight }) => flight)),
    svg("g", { "aria-hidden": "true" }, ...where.rows.map((row) => eventOf(row, at, where, options))),
    svg(
      "g",
      { class: "names", "aria-hidden": "true" },
      ...where.arrows.map((arrow) => nameOf(arrow, where.size, at)),
    ),
    nowOf(where),
    svg("g", { class: "open" }, ...chips.map(({ chip }) => chip)),
    key.element,
    headings,
  );
  listenToScrolling();
  requestAnimationFrame(() => keepInSight(picture));
  return picture;
}

/**
 * @param {SpaceTime} parts
 * @param {Places} where
 */
function headingsOf({ lanes }, { lanes: places, width, head, size }) {
  const room = (places[1] ?? width) - (places[0] ?? 0) - 6;
  const names = lanes.map(({ process, latin }, lane) => {
    const x = (places[lane] ?? 0) - 6;
    const big = size * (process.length > 2 ? 1.1 : 1.5);
    const width = measureText(process, big);
    const isBelow = width + measureText(latin ?? "", size) + 10 > room;
    const base = head - size * 0.85;
    const beside = isBelow ? { x, y: head - 8 } : { x: x + width + 6, y: base };
    const name = {
      class: "process",
      x,
      y: isBelow && latin ? head - 8 - size * 1.1 : base,
      "font-size": big,
    };
    return svg(
      "g",
      {},
      svg("title", {}, latin ? `${process} (${latin})` : process),
      svg("text", name, shorten(process, big, room, measureText)),
      latin && svg("text", { class: "latin", ...beside, "font-size": isBelow ? size - 2 : size }, latin),
    );
  });
  return [
    svg("rect", { class: "paper", x: 0, y: 0, width, height: head }),
    svg("line", { class: "rule", x1: 0, x2: width, y1: head, y2: head }),
    ...names,
  ];
}

/**
 * The background of a row, and the button that goes to its step.
 * @param {PlacedRow} placed
 * @param {number} at
 * @param {Places} where
 * @param {Options} options
 */
function rowOf({ row, y, top, bottom }, at, { width, gutter, size }, { onStep }) {
  const { index, violated, broken, objection } = row;
  const classes = [
    "row",
    index === at && "present",
    index > at && "future",
    violated.length > 0 && "violated",
    broken.length > 0 && "broken",
  ];
  const button = onStep && {
    role: "button",
    tabindex: index === at ? 0 : -1,
    "aria-current": index === at ? "step" : null,
    onclick: () => onStep(index),
    onkeydown: (/** @type {KeyboardEvent} */ event) => moveFocus(event, () => onStep(index)),
  };
  const says = [
    index === 0 ? "The initial state" : `Step ${index}: ${row.action}`,
    ...row.notes.map(({ text }) => text),
    objection && `not allowed by the rule: ${objection}`,
    violated.length > 0 && `breaks ${violated.join(", ")}`,
  ];
  return svg(
    "g",
    {
      class: classes.filter(Boolean).join(" "),
      "data-step": index,
      "aria-label": says.filter(Boolean).join(". "),
      ...(button || { role: "img" }),
    },
    svg("title", {}, [...says.slice(0, 1), ...row.witnesses].join("\n")),
    svg("rect", { class: "ground", x: 0, y: top, width, height: bottom - top }),
    violated.length > 0 && svg("rect", { class: "bar", x: 0, y: top, width: 4, height: bottom - top }),
    index === at && svg("path", { class: "pointer", d: `M5 ${y - 5} l8 5 l-8 5 z` }),
    svg(
      "text",
      { class: "number", x: gutter - 12, y: y + size * 0.35, "text-anchor": "end", "font-size": size - 1 },
      index,
    ),
  );
}

/**
 * The arrow keys move among rows, Enter and the space bar go to the step.
 * @param {KeyboardEvent} event
 * @param {() => void} go
 */
function moveFocus(event, go) {
  const row = /** @type {Element} */ (event.currentTarget);
  const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
  if (next instanceof SVGElement) next.focus();
  else if (event.key === "Enter" || event.key === " ") go();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * @param {PlacedArrow} placed
 * @param {number} at
 * @param {Options} options
 */
function arrowOf({ arrow, from, to, isLoop }, at, { onStep }) {
  const classes = ["arrow", arrow.to.row > at && "future", arrow.isCopy && "copy"];
  const bulge = Math.min(20, 8 + (to.y - from.y) / 12);
  const path = isLoop
    ? `M${from.x} ${from.y} C${from.x - bulge} ${from.y + 4} ${to.x - bulge} ${to.y - 10} ${to.x - 4} ${to.y - 3}`
    : `M${from.x} ${from.y} L${to.x} ${to.y}`;
  const begin = isLoop ? { x: to.x - bulge, y: to.y - 14 } : from;
  const { message } = arrow;
  const sender = message.from ? ` from ${message.from}` : "";
  return svg(
    "g",
    { class: classes.filter(Boolean).join(" "), onclick: onStep && (() => onStep(arrow.to.row)) },
    svg(
      "title",
      {},
      `${message.name}${sender}${arrow.isCopy ? ", once more" : ""}${arrow.from.row === null ? ", sent before this run" : `, sent in step ${arrow.from.row}`}, arrives in step ${arrow.to.row}`,
    ),
    svg("path", { class: "reach", d: path }),
    svg("path", { class: "shaft", d: path }),
    arrowHead(begin, to, 6),
  );
}

/**
 * @param {PlacedArrow} placed
 * @param {number} size
 * @param {number} at
 */
function nameOf({ name, arrow }, size, at) {
  if (!name) return null;
  const attributes = { x: name.x, y: name.y, "font-size": size - 2, "text-anchor": "middle" };
  return svg(
    "g",
    { class: arrow.to.row > at ? "name future" : "name" },
    svg("rect", { class: "paper", ...name.box }),
    svg("text", attributes, name.text),
  );
}

/**
 * The mark of an event and its text.
 * @param {PlacedRow} placed
 * @param {number} at
 * @param {Places} where
 * @param {Options} options
 */
function eventOf({ row, x, y, half, lines }, at, where, { onStep }) {
  const { index, lane, happens } = row;
  const texts = lines.map(({ kind, text, full, size, anchor, x, y }) =>
    svg(
      "text",
      { class: index === 0 ? "latin" : kind, x, y, "text-anchor": anchor, "font-size": size },
      text !== full && svg("title", {}, full),
      text,
    ),
  );
  const isBroken = row.broken.length > 0;
  const mark =
    lane !== null && (isCrash(happens) ? crashMark(happens, x, y) : eventMark(happens, x, y, half, isBroken));
  const backs = lines.map((line) => svg("rect", { class: "back", ...boxOf(line, measureText) }));
  const classes = ["event", index > at && "future", index === at && "present", isBroken && "broken"];
  return svg(
    "g",
    { class: classes.filter(Boolean).join(" "), onclick: onStep && (() => onStep(index)) },
    ...backs,
    row.between && sessionEnd(row.between, y, where),
    mark,
    ...texts,
  );
}

/**
 * @param {[number, number]} between
 * @param {number} y
 * @param {Places} where
 */
function sessionEnd([one, other], y, { lanes }) {
  const [from, to] = [lanes[one] ?? 0, lanes[other] ?? 0];
  const low = y + 11;
  return svg(
    "g",
    { class: "session" },
    svg("line", { x1: from, x2: to, y1: low, y2: low }),
    ...[from, to].map((x) => svg("path", { d: `M${x - 3} ${low - 5} v10 M${x + 3} ${low - 5} v10` })),
  );
}

/**
 * Keeps the headings at the upper edge while the reader scrolls.
 * @param {Element} picture
 */
function keepInSight(picture) {
  const headings = picture.querySelector(".headings");
  if (!(picture instanceof SVGSVGElement) || !headings) return;
  const box = picture.getBoundingClientRect();
  const height = picture.height.baseVal.value;
  const hidden = ((edgeOf(picture) - box.top) * height) / (box.height || 1);
  headings.setAttribute(
    "transform",
    `translate(0 ${Math.min(Math.max(hidden, 0), Math.max(height - 80, 0))})`,
  );
}

let isListening = false;

/** One listener serves all diagrams, so that one that is thrown away leaves nothing behind. */
function listenToScrolling() {
  if (isListening) return;
  isListening = true;
  const all = () => document.querySelectorAll(".space-time").forEach(keepInSight);
  document.addEventListener("scroll", all, { capture: true, passive: true });
}

/**
 * The upper edge of what is seen of an element.
 * @param {Element} element
 */
function edgeOf(element) {
  for (let parent = element.parentElement; parent; parent = parent.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(parent).overflowY))
      return Math.max(parent.getBoundingClientRect().top, 0);
  }
  return 0;
}
