// @ts-check
/**
 * @file Where the parts of a space-time diagram are drawn: for each row its height and its lines of
 * text, for each arrow its ends and its name, and below the present row what may arrive.
 *
 * A row has one event, so its text may run across the other lanes.
 */

import { nameArrows } from "synod/arrow-names.js";
import { shorten, wrap } from "synod/measure.js";

/** @typedef {import("synod/measure.js").Measure} Measure */
/** @typedef {import("synod/layout.js").SpaceTime} SpaceTime */
/** @typedef {import("synod/layout.js").Row} Row */
/** @typedef {import("synod/layout.js").Arrow} Arrow */
/** @typedef {import("synod/layout.js").Open} Open */

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/** @typedef {"label" | "note" | "objection" | "violation"} LineKind */
/** @typedef {{ kind: LineKind, text: string, full: string, x: number, y: number, anchor: "start" | "end", size: number }} TextLine */
/**
 * @typedef {object} PlacedRow
 * @property {Row} row
 * @property {number} x Where the event is.
 * @property {number} y
 * @property {number} half Half the height of the event: messages arrive at its upper end and leave at its lower end.
 * @property {number} top
 * @property {number} bottom
 * @property {TextLine[]} lines
 */
/** @typedef {{ x: number, y: number }} Point */
/**
 * @typedef {object} PlacedArrow
 * @property {Arrow} arrow
 * @property {Point} from
 * @property {Point} to
 * @property {boolean} isLoop Whether it stays on its lane.
 * @property {{ x: number, y: number, text: string, box: Box } | null} name
 */
/**
 * @typedef {object} Chip A message that may arrive, at one lane.
 * @property {Open} open
 * @property {number} lane
 * @property {boolean} hasArrived
 * @property {string} text
 * @property {Box} box
 * @property {Point} from Where its dashed line begins.
 * @property {Point} to Where it ends.
 */
/**
 * @typedef {object} Places
 * @property {number} width
 * @property {number} height
 * @property {number} head The height of the headings.
 * @property {number} gutter The width of the column with the numbers of the steps.
 * @property {number} size The size of the text.
 * @property {number[]} lanes
 * @property {PlacedRow[]} rows
 * @property {PlacedArrow[]} arrows
 * @property {Chip[]} chips
 * @property {{ top: number, bottom: number } | null} now Below the present row.
 */
/** @typedef {{ width: number, at: number, open: Open[], measure: Measure }} Settings */

const GAP = 14;
/** In heights of a letter. */
const WIDEST_LANE = 27;
/** Between two events. */
const ROOM = 18;

/**
 * @param {SpaceTime} diagram
 * @param {Settings} settings
 * @returns {Places}
 */
export function places(diagram, settings) {
  const frame = frameOf(diagram, settings);
  const placed = placeRows(diagram, settings, frame);
  const lower = (/** @type {number | null} */ row) => {
    const sent = row === null ? undefined : placed.rows[row];
    return sent ? sent.y + sent.half : frame.head;
  };
  const chips = placed.chips.map((chip) => ({
    ...chip,
    from: beginOf(chip.open.from, chip.to, frame, lower),
  }));
  const arrows = diagram.arrows.map((arrow) => {
    const at = placed.rows[arrow.to.row];
    const to = { x: frame.lanes[arrow.to.lane] ?? 0, y: at ? at.y - at.half : frame.head };
    const from = beginOf(arrow.from, to, frame, lower);
    return { arrow, from, to, isLoop: arrow.from.lane === arrow.to.lane, name: null };
  });
  const texts = placed.rows.flatMap(({ lines }) => lines.map((line) => boxOf(line, settings.measure)));
  const now = placed.now
    ? [{ x: 0, y: placed.now.top, width: frame.gutter + 130, height: frame.size * 1.5 }]
    : [];
  const taken = [...texts, ...chips.map(({ box }) => box), ...now];
  nameArrows(arrows, taken, frame.lanes, frame.size - 2, settings.measure);
  return { ...frame, ...placed, arrows, chips };
}

/** @typedef {{ width: number, head: number, gutter: number, size: number, lanes: number[], lane: number }} Frame */

/**
 * @param {SpaceTime} diagram
 * @param {Settings} settings
 * @returns {Frame}
 */
function frameOf({ lanes, rows }, { width, measure }) {
  const size = width < 560 ? 12 : width < 1600 ? 13 : 15;
  const gutter = measure(String(rows.length), size) + (width < 560 ? 30 : 36);
  const count = Math.max(lanes.length, 1);
  const lane = Math.min((width - gutter) / count, size * WIDEST_LANE);
  const isNarrow = lane < size * 12;
  const first = gutter + (isNarrow ? Math.min(lane * 0.3, 24) : 10);
  return {
    width: Math.round(Math.min(width, gutter + lane * count + size * 20)),
    head: size * (isNarrow ? 3.6 : 2.9),
    gutter,
    size,
    lane,
    lanes: lanes.map((_, place) => Math.round(first + lane * place)),
  };
}

/**
 * @param {SpaceTime} diagram
 * @param {Settings} settings
 * @param {Frame} frame
 */
function placeRows(diagram, settings, frame) {
  /** @type {PlacedRow[]} */
  const rows = [];
  /** @type {Chip[]} */
  let chips = [];
  /** @type {Places["now"]} */
  let now = null;
  let top = frame.head;
  for (const row of diagram.rows) {
    const placed = placeRow(row, top, settings, frame);
    rows.push(placed);
    top = placed.bottom;
    if (row.index === settings.at) {
      const below = placeOpen(settings, frame, top);
      chips = below.chips;
      now = { top, bottom: below.bottom };
      top = below.bottom;
    }
  }
  return { rows, chips, now, height: Math.ceil(top + GAP) };
}

/**
 * @param {Row} row
 * @param {number} top
 * @param {Settings} settings
 * @param {Frame} frame
 * @returns {PlacedRow}
 */
function placeRow(row, top, { measure }, frame) {
  const x = frame.lanes[row.lane ?? 0] ?? frame.gutter;
  const all = textsOf(row, frame.size);
  const side = sideOf(
    x,
    Math.max(...all.map(({ kind, full, size }) => (isSentence(kind) ? 0 : measure(full, size)))),
    frame,
  );
  const texts = all.flatMap((text) => linesOf(text, side, measure));
  const height = texts.reduce((sum, { size }) => sum + size * 1.3, 0);
  const half = Math.max(9, height / 2);
  const bottom = top + 2 * half + ROOM;
  const y = (top + bottom) / 2;
  let line = y - height / 2;
  const lines = texts.map((text) => {
    line += text.size * 1.3;
    return { ...text, y: line - text.size * 0.35 };
  });
  // The ledgers of other processes are written on their own lanes.
  for (const note of row.notes.filter(({ lane }) => lane !== row.lane)) {
    const size = frame.size - 2;
    const side = sideOf(frame.lanes[note.lane] ?? x, measure(note.text, size), frame);
    lines.push(
      ...linesOf({ kind: "note", full: note.text, size }, side, measure).map((text) => ({
        ...text,
        y: y + size * 0.3,
      })),
    );
  }
  return { row, x, y, half, top, bottom, lines };
}

/**
 * @param {Row} row
 * @param {number} size
 * @returns {{ kind: LineKind, full: string, size: number }[]}
 */
function textsOf(row, size) {
  const notes = row.notes.filter(({ lane }) => lane === row.lane).map(({ text }) => text);
  /** @type {{ kind: LineKind, full: string, size: number }[]} */
  const texts = [{ kind: "label", full: row.index === 0 ? "the initial state" : row.label, size }];
  if (notes.length > 0) texts.push({ kind: "note", full: notes.join(", "), size: size - 2 });
  if (row.objection !== null) texts.push({ kind: "objection", full: `⚠ ${row.objection}`, size: size - 1 });
  if (row.broken.length > 0)
    texts.push({ kind: "violation", full: `✗ breaks ${row.broken.join(", ")}`, size: size - 1 });
  return texts;
}

/**
 * A text in lines beside a lane: one line, shortened if it does not fit, or up to three for a sentence.
 * @param {{ kind: LineKind, full: string, size: number }} text
 * @param {Side} side
 * @param {Measure} measure
 * @returns {Omit<TextLine, "y">[]}
 */
function linesOf({ kind, full, size }, { x, anchor, room }, measure) {
  const letters = weighted(kind, size);
  const lines = isSentence(kind) ? wrap(full, letters, room, measure) : [full];
  return lines.map((line, place) => ({
    kind,
    size,
    x,
    anchor,
    text: shorten(line, letters, room, measure),
    full: place === 0 ? full : line,
  }));
}

/** @param {LineKind} kind */
function isSentence(kind) {
  return kind === "objection" || kind === "violation";
}

/**
 * The size of regular letters that are as wide as those of this kind of text: some are bold.
 * @param {LineKind} kind
 * @param {number} size
 */
function weighted(kind, size) {
  return isSentence(kind) ? size * 1.12 : size;
}

/** @typedef {{ x: number, anchor: "start" | "end", room: number }} Side */

/**
 * The side of a lane on which a text stands: to its right, or to its left if it only fits there.
 * @param {number} x
 * @param {number} needed
 * @param {Frame} frame
 * @returns {Side}
 */
function sideOf(x, needed, frame) {
  const [left, right] = [x - frame.gutter - GAP, frame.width - x - GAP - 4];
  const isLeft = left > right && Math.max(needed, 110) > right;
  return isLeft ? { x: x - GAP, anchor: "end", room: left } : { x: x + GAP, anchor: "start", room: right };
}

/**
 * What may arrive: at each lane one below the other; on narrow lanes one below the other over all.
 * @param {Settings} settings
 * @param {Frame} frame
 * @param {number} top
 * @returns {{ chips: Chip[], bottom: number }}
 */
function placeOpen({ open, measure }, frame, top) {
  const { size, lanes } = frame;
  const height = Math.max(24, size * 1.9);
  const begin = top + size * 1.8;
  const isNarrow = frame.lane < size * 9;
  const bottoms = lanes.map(() => begin);
  const chips = open.flatMap((message) =>
    message.to.map(({ lane, hasArrived }) => {
      const x = lanes[lane] ?? 0;
      const y = isNarrow ? Math.max(...bottoms) : (bottoms[lane] ?? begin);
      bottoms[lane] = y + height + 4;
      const room = isNarrow ? Infinity : frame.lane - GAP - 6;
      const copies = message.copies > 1 ? ` ×${message.copies}` : "";
      const text = message.message.name + copies;
      const needed = measure(text, size - 1) + 18;
      const right = Math.min(frame.width - x - GAP - 2, room);
      const isLeft = isNarrow && needed > right && x - frame.gutter > right;
      const width = Math.min(needed, isLeft ? x - GAP : right);
      const box = { x: isLeft ? x - GAP - width : x + GAP, y, width, height };
      const to = { x, y: y + height / 2 };
      return {
        open: message,
        lane,
        hasArrived,
        text: shorten(text, size - 1, width - 16, measure),
        box,
        from: to,
        to,
      };
    }),
  );
  return { chips, bottom: chips.length > 0 ? Math.max(...bottoms) + 6 : begin + 2 };
}

/**
 * Where an arrow begins: at the event that sent its message; else on its lane above all rows; else
 * a little before its end.
 * @param {{ lane: number | null, row: number | null }} from
 * @param {Point} to
 * @param {Frame} frame
 * @param {(row: number | null) => number} lower The lower end of the event of a row.
 * @returns {Point}
 */
function beginOf({ lane, row }, to, frame, lower) {
  const x = lane === null ? undefined : frame.lanes[lane];
  return x === undefined ? { x: to.x - 22, y: to.y - 16 } : { x, y: lower(row) };
}

/**
 * @param {TextLine} line
 * @param {Measure} measure
 * @returns {Box}
 */
export function boxOf({ kind, x, y, text, size, anchor }, measure) {
  const width = measure(text, weighted(kind, size));
  return { x: anchor === "end" ? x - width : x, y: y - size, width, height: size * 1.3 };
}
