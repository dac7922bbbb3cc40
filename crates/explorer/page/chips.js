// @ts-check
/** @file The messages that may arrive now: a button at each lane, and a dashed line to it. */

import { svg } from "synod/dom.js";
import { arrowHead } from "synod/marks.js";

/** @typedef {import("synod/diagram.js").Options} Options */
/** @typedef {import("synod/layout.js").SpaceTime} SpaceTime */
/** @typedef {import("synod/places.js").Chip} Chip */
/** @typedef {import("synod/places.js").Places} Places */

/** With more messages than these that may arrive, only the beginning of each dashed line is drawn. */
const MOST_LINES = 9;

/**
 * Without what has arrived before and can have no effect any more.
 * @param {import("synod/layout.js").Open[]} open
 * @param {SpaceTime} parts
 * @param {Options} options
 */
export function worthShowing(open, { lanes }, { canDeliver }) {
  return open.map((message) => {
    const may = (/** @type {number} */ lane) =>
      canDeliver?.(message.message, lanes[lane]?.process ?? "") ?? true;
    return { ...message, to: message.to.filter(({ lane, hasArrived }) => !hasArrived || may(lane)) };
  });
}

/**
 * @param {Places} where
 * @param {SpaceTime} parts
 * @param {Options} options
 */
export function chipsOf({ chips, size }, { lanes }, options) {
  const isFew = chips.filter(({ hasArrived }) => !hasArrived).length <= MOST_LINES;
  return chips.map((chip) => chipOf(chip, lanes[chip.lane]?.process ?? "", isFew, size, options));
}

/**
 * The line below the present row.
 * @param {Places} where
 */
export function nowOf({ now, chips, arrows, width, gutter, size, lanes }) {
  if (!now) return null;
  const says = chips.length > 0 ? "may arrive" : arrows.length > 0 ? "nothing may arrive" : null;
  const y = now.top + size * 1.15;
  return svg(
    "g",
    { class: "now", "aria-hidden": "true" },
    svg("line", { x1: 0, x2: width, y1: now.top, y2: now.top }),
    svg("text", { class: "now", x: gutter - 12, y, "text-anchor": "end", "font-size": size - 2 }, "now"),
    says && svg("text", { class: "latin", x: (lanes[0] ?? gutter) + 14, y, "font-size": size - 2 }, says),
  );
}

/**
 * The button that delivers a message, and its dashed line.
 * @param {Chip} chip
 * @param {string} process
 * @param {boolean} isFew
 * @param {number} size
 * @param {Options} options
 */
function chipOf(chip, process, isFew, size, { onDeliver, canDeliver, asides }) {
  const { open, box, from, to, text, hasArrived } = chip;
  const { message, copies, key } = open;
  const isAside = asides?.has(key) ?? false;
  const isButton = onDeliver !== undefined && (canDeliver?.(message, process) ?? true);
  const sender = message.from ? ` from ${message.from}` : "";
  const remarks = [
    copies > 1 && `${copies} copies`,
    hasArrived && "it has arrived there before",
    isAside && "put aside as lost",
  ];
  const says = [`${isButton ? "Deliver " : ""}${message.name}${sender} to ${process}`, ...remarks]
    .filter(Boolean)
    .join(", ");
  const classes = [hasArrived && "again", isAside && "aside", !isButton && "idle"].filter(Boolean).join(" ");
  const isShort = !isFew || hasArrived || isAside;
  const way = svg(
    "g",
    { class: `way ${classes} ${isShort ? "stub" : ""}` },
    svg("path", { class: "flight", d: flight(from, to) }),
    !hasArrived && !isAside && svg("path", { class: "begin", d: stub(from, to) }),
    !hasArrived && arrowHead(from.x === to.x ? { x: to.x - 20, y: to.y - 6 } : from, to, 1),
  );
  const light = (/** @type {boolean} */ isLit) => () => way.classList.toggle("lit", isLit);
  const deliver = () => onDeliver?.(message, process);
  const button = isButton && {
    role: "button",
    tabindex: 0,
    onclick: deliver,
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      deliver();
    },
  };
  const middle = box.y + box.height / 2;
  const lights = {
    onpointerenter: light(true),
    onpointerleave: light(false),
    onfocus: light(true),
    onblur: light(false),
  };
  const edge = box.x > to.x ? box.x : box.x + box.width;
  const shown = svg(
    "g",
    {
      class: `chip ${classes}`,
      "data-message": key,
      "data-process": process,
      "aria-label": says,
      ...lights,
      ...(button || { role: "img" }),
    },
    svg("title", {}, says),
    svg("line", { class: "tie", x1: to.x, x2: edge, y1: middle, y2: middle }),
    svg("rect", { ...box, rx: box.height / 2 }),
    svg("text", { x: box.x + 9, y: middle + (size - 1) * 0.35, "font-size": size - 1 }, text),
    isAside &&
      svg("line", { class: "strike", x1: box.x + 6, x2: box.x + box.width - 6, y1: middle, y2: middle }),
  );
  return { flight: way, chip: shown };
}

/**
 * @param {import("synod/places.js").Point} from
 * @param {import("synod/places.js").Point} to
 */
function flight(from, to) {
  if (from.x !== to.x) return `M${from.x} ${from.y} L${to.x} ${to.y}`;
  return `M${from.x} ${from.y} C${from.x - 22} ${from.y + 10} ${to.x - 22} ${to.y - 10} ${to.x} ${to.y}`;
}

/**
 * The first part of the way.
 * @param {import("synod/places.js").Point} from
 * @param {import("synod/places.js").Point} to
 */
function stub(from, to) {
  const [dx, dy] = [to.x - from.x || -16, to.y - from.y];
  const part = Math.min(1, 34 / Math.hypot(dx, dy));
  return `M${from.x} ${from.y} l${dx * part} ${dy * part}`;
}
