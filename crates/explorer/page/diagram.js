// @ts-check
/**
 * @file The space-time diagram as SVG: a lane for each process, time downwards, a row a step, arrows
 * for messages. What may arrive now stands below the present row, as buttons.
 */

import { svg } from "synod/dom.js";
import { openMessages, spaceTime } from "synod/layout.js";
import { legend } from "synod/legend.js";
import { arrowHead, crashMark, eventMark } from "synod/marks.js";
import { boxOf, places } from "synod/places.js";

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/types").Message} Message */
/** @typedef {import("synod/layout.js").SpaceTime} SpaceTime */
/** @typedef {import("synod/places.js").Places} Places */
/** @typedef {import("synod/places.js").PlacedRow} PlacedRow */
/** @typedef {import("synod/places.js").PlacedArrow} PlacedArrow */
/** @typedef {import("synod/places.js").Chip} Chip */

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
  const open = openMessages(views, parts, at);
  const width = Math.max(options.width ?? 720, 240);
  const where = places(parts, { width, at, open, measure: measureText });
  const key = legend(parts, { width: where.width, top: where.height, size: where.size, hasOpen: where.chips.length > 0, measure: measureText });
  const isFew = where.chips.filter(({ hasArrived }) => !hasArrived).length <= MOST_LINES;
  const chips = where.chips.map((chip) => chipOf(chip, parts.lanes[chip.lane]?.process ?? "", isFew, where.size, options));
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
    svg("g", { class: "arrows", "aria-hidden": "true" }, ...where.arrows.map((arrow) => arrowOf(arrow, at, options))),
    svg("g", { class: "flights", "aria-hidden": "true" }, ...chips.map(({ flight }) => flight)),
    svg("g", { "aria-hidden": "true" }, ...where.rows.map((row) => eventOf(row, at, where, options))),
    svg("g", { class: "names", "aria-hidden": "true" }, ...where.arrows.map((arrow) => nameOf(arrow, where.size, at))),
    nowOf(where),
    svg("g", { class: "open" }, ...chips.map(({ chip }) => chip)),
    key.element,
    headings,
  );
  keepInSight(picture, headings);
  return picture;
}

/** With more messages than these that may arrive, only the beginning of each dashed line is drawn. */
const MOST_LINES = 9;
const FONT = "system-ui, sans-serif";
/** @type {CanvasRenderingContext2D | null | undefined} */
let pen;
/** @type {Map<string, number>} */
const widths = new Map();

/**
 * The width of a text in the font of the page, as `--sans` has it.
 * @param {string} text
 * @param {number} size
 */
export function measureText(text, size) {
  const known = widths.get(text);
  if (known !== undefined) return known * size;
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return text.length * size * 0.56;
  const font = getComputedStyle(document.documentElement).getPropertyValue("--sans").trim();
  pen.font = `100px ${font || FONT}`;
  const width = pen.measureText(text).width / 100;
  if (widths.size > 5000) widths.clear();
  widths.set(text, width);
  return width * size;
}

/**
 * @param {SpaceTime} parts
 * @param {Places} where
 */
function headingsOf({ lanes }, { lanes: places, width, head, size }) {
  const room = (places[1] ?? width) - (places[0] ?? 0) - 6;
  const names = lanes.map(({ process, latin }, lane) => {
    const x = (places[lane] ?? 0) - 6;
    const isBelow = measureText(process, size * 1.5) + measureText(latin ?? "", size) + 10 > room;
    const beside = { x: isBelow ? x : x + measureText(process, size * 1.5) + 6, y: isBelow ? head - 8 : head - size * 0.85 };
    const name = { class: "process", x, y: isBelow ? head - 8 - size * 1.1 : head - size * 0.85, "font-size": size * 1.5 };
    return svg(
      "g",
      {},
      svg("title", {}, latin ? `${process} (${latin})` : process),
      svg("text", name, process),
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
  const classes = ["row", index === at && "present", index > at && "future", violated.length > 0 && "violated", broken.length > 0 && "broken"];
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
    { class: classes.filter(Boolean).join(" "), "aria-label": says.filter(Boolean).join(". "), ...(button || { role: "img" }) },
    svg("title", {}, [...says.slice(0, 1), ...row.witnesses].join("\n")),
    svg("rect", { class: "ground", x: 0, y: top, width, height: bottom - top }),
    violated.length > 0 && svg("rect", { class: "bar", x: 0, y: top, width: 4, height: bottom - top }),
    index === at && svg("path", { class: "pointer", d: `M5 ${y - 5} l8 5 l-8 5 z` }),
    svg("text", { class: "number", x: gutter - 12, y: y + size * 0.35, "text-anchor": "end", "font-size": size - 1 }, index),
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
 * The lanes, cut where a process crashes, and thick while it thinks that it presides.
 * @param {SpaceTime} parts
 * @param {Places} where
 * @param {number} at
 */
function lanesOf({ lanes }, { lanes: xs, rows, head, height, now }, at) {
  const end = height - 8;
  return lanes.flatMap((_, lane) => {
    const x = xs[lane] ?? 0;
    const cuts = rows.filter(({ row }) => row.lane === lane && row.happens === "crash").map(({ y, row }) => ({ from: y - 9, to: y + 9, row }));
    const present = now?.top ?? end;
    const pieces = between(head, end, cuts).flatMap(({ from, to }) =>
      from < present && present < to ? [{ from, to: present }, { from: present, to }] : [{ from, to }],
    );
    const lines = pieces.map(({ from, to }) => svg("line", { class: from >= present ? "lane future" : "lane", x1: x, x2: x, y1: from, y2: to }));
    const thick = stretches(rows, lane, at).flatMap(([first, last]) => {
      const from = first === at + 1 && rows[at]?.row.presides[lane] ? present : (rows[first]?.y ?? head);
      const to = last === at ? present : (rows[last + 1]?.y ?? end);
      return between(from, to, cuts).map((piece) =>
        svg("line", { class: first > at ? "presides future" : "presides", x1: x, x2: x, y1: piece.from, y2: piece.to }),
      );
    });
    return [...lines, ...thick];
  });
}

/**
 * What is left of a stretch without the cuts.
 * @param {number} from
 * @param {number} to
 * @param {{ from: number, to: number }[]} cuts In order.
 */
function between(from, to, cuts) {
  const inside = cuts.filter((cut) => cut.to > from && cut.from < to);
  const begins = [from, ...inside.map((cut) => cut.to)];
  const ends = [...inside.map((cut) => cut.from), to];
  return begins.map((begin, place) => ({ from: begin, to: ends[place] ?? to })).filter((piece) => piece.to > piece.from);
}

/**
 * The rows after which a process thinks that it presides: the first and the last of each stretch.
 * A stretch ends at the present row, so that what follows can be dim.
 * @param {PlacedRow[]} rows
 * @param {number} lane
 * @param {number} at
 */
function stretches(rows, lane, at) {
  /** @type {[number, number][]} */
  const all = [];
  rows.forEach(({ row }, place) => {
    if (!row.presides[lane]) return;
    const last = all.at(-1);
    if (last && last[1] === place - 1 && last[1] !== at) last[1] = place;
    else all.push([place, place]);
  });
  return all;
}

/**
 * @param {PlacedArrow} placed
 * @param {number} at
 * @param {Options} options
 */
function arrowOf({ arrow, from, to, isLoop }, at, { onStep }) {
  const classes = ["arrow", arrow.to.row > at && "future", arrow.isCopy && "copy"];
  const bulge = Math.min(20, 8 + (to.y - from.y) / 12);
  const path = isLoop ? `M${from.x} ${from.y} C${from.x - bulge} ${from.y + 4} ${to.x - bulge} ${to.y - 10} ${to.x - 4} ${to.y - 3}` : `M${from.x} ${from.y} L${to.x} ${to.y}`;
  const begin = isLoop ? { x: to.x - bulge, y: to.y - 14 } : from;
  const { message } = arrow;
  const sender = message.from ? ` from ${message.from}` : "";
  return svg(
    "g",
    { class: classes.filter(Boolean).join(" "), onclick: onStep && (() => onStep(arrow.to.row)) },
    svg("title", {}, `${message.name}${sender}${arrow.isCopy ? ", once more" : ""}${arrow.from.row === null ? ", sent before this run" : `, sent in step ${arrow.from.row}`}, arrives in step ${arrow.to.row}`),
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
    svg("text", { class: index === 0 ? "latin" : kind, x, y, "text-anchor": anchor, "font-size": size }, text !== full && svg("title", {}, full), text),
  );
  const isBroken = row.broken.length > 0;
  const mark = lane !== null && (happens === "crash" ? crashMark(x, y) : eventMark(happens, x, y, half, isBroken));
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
  const low = y + 9;
  return svg(
    "g",
    { class: "session" },
    svg("line", { x1: from, x2: to, y1: low, y2: low }),
    ...[from, to].map((x) => svg("path", { d: `M${x - 3} ${low - 5} v10 M${x + 3} ${low - 5} v10` })),
  );
}

/**
 * The line below the present row.
 * @param {Places} where
 */
function nowOf({ now, chips, width, gutter, size, lanes }) {
  if (!now) return null;
  const y = now.top + size * 1.15;
  return svg(
    "g",
    { class: "now", "aria-hidden": "true" },
    svg("line", { x1: 0, x2: width, y1: now.top, y2: now.top }),
    svg("text", { class: "now", x: gutter - 12, y, "text-anchor": "end", "font-size": size - 2 }, "now"),
    svg("text", { class: "latin", x: (lanes[0] ?? gutter) + 14, y, "font-size": size - 2 }, chips.length > 0 ? "may arrive" : "nothing may arrive"),
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
  const remarks = [copies > 1 && `${copies} copies`, hasArrived && "it has arrived there before", isAside && "put aside as lost"];
  const says = [`${isButton ? "Deliver " : ""}${message.name}${sender} to ${process}`, ...remarks].filter(Boolean).join(", ");
  const classes = ["chip", hasArrived && "again", isAside && "aside", !isButton && "idle"].filter(Boolean).join(" ");
  const isShort = !isFew || hasArrived || isAside;
  const way = svg(
    "g",
    { class: `${classes} ${isShort ? "stub" : ""}` },
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
  const lights = { onpointerenter: light(true), onpointerleave: light(false), onfocus: light(true), onblur: light(false) };
  const edge = box.x > to.x ? box.x : box.x + box.width;
  const shown = svg(
    "g",
    { class: classes, "aria-label": says, ...lights, ...(button || { role: "img" }) },
    svg("title", {}, says),
    svg("line", { class: "tie", x1: to.x, x2: edge, y1: middle, y2: middle }),
    svg("rect", { ...box, rx: box.height / 2 }),
    svg("text", { x: box.x + 9, y: middle + (size - 1) * 0.35, "font-size": size - 1 }, text),
    isAside && svg("line", { class: "strike", x1: box.x + 6, x2: box.x + box.width - 6, y1: middle, y2: middle }),
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

/**
 * Keeps the headings at the upper edge while the reader scrolls.
 * @param {SVGSVGElement} picture
 * @param {SVGGElement} headings
 */
function keepInSight(picture, headings) {
  let wasShown = false;
  const follow = () => {
    if (!picture.isConnected) {
      if (wasShown) document.removeEventListener("scroll", follow, true);
      return;
    }
    wasShown = true;
    const box = picture.getBoundingClientRect();
    const hidden = (edgeOf(picture) - box.top) * (picture.height.baseVal.value / (box.height || 1));
    headings.setAttribute("transform", `translate(0 ${Math.min(Math.max(hidden, 0), Math.max(picture.height.baseVal.value - 80, 0))})`);
  };
  document.addEventListener("scroll", follow, { capture: true, passive: true });
  requestAnimationFrame(follow);
}

/**
 * The upper edge of what is seen of an element.
 * @param {Element} element
 */
function edgeOf(element) {
  for (let parent = element.parentElement; parent; parent = parent.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(parent).overflowY)) return Math.max(parent.getBoundingClientRect().top, 0);
  }
  return 0;
}
