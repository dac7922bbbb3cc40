// @ts-check
/** @file The lanes of a space-time diagram as SVG. */

import { svg } from "synod/dom.js";
import { isCrash } from "synod/layout.js";

/** @typedef {import("synod/layout.js").SpaceTime} SpaceTime */
/** @typedef {import("synod/places.js").Places} Places */
/** @typedef {import("synod/places.js").PlacedRow} PlacedRow */

/**
 * The lanes, cut where a process crashes, and thick while it thinks that it presides.
 * @param {SpaceTime} parts
 * @param {Places} where
 * @param {number} at
 */
export function lanesOf({ lanes }, { lanes: xs, rows, head, height, now }, at) {
  const end = height - 8;
  return lanes.flatMap((_, lane) => {
    const x = xs[lane] ?? 0;
    const cuts = rows
      .filter(({ row }) => row.lane === lane && isCrash(row.happens))
      .map(({ y, row }) => ({ from: y - 9, to: y + 9, row }));
    const present = now?.top ?? end;
    const pieces = piecesOf(head, end, cuts).flatMap(({ from, to }) =>
      from < present && present < to
        ? [
            { from, to: present },
            { from: present, to },
          ]
        : [{ from, to }],
    );
    const lines = pieces.map(({ from, to }) =>
      svg("line", { class: from >= present ? "lane future" : "lane", x1: x, x2: x, y1: from, y2: to }),
    );
    const thick = stretches(rows, lane, at).flatMap(([first, last]) => {
      const from = first === at + 1 && rows[at]?.row.presides[lane] ? present : (rows[first]?.y ?? head);
      const to = last === at ? present : (rows[last + 1]?.y ?? end);
      return piecesOf(from, to, cuts).map((piece) =>
        svg("line", {
          class: first > at ? "presides future" : "presides",
          x1: x,
          x2: x,
          y1: piece.from,
          y2: piece.to,
        }),
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
export function piecesOf(from, to, cuts) {
  const inside = cuts.filter((cut) => cut.to > from && cut.from < to);
  const begins = [from, ...inside.map((cut) => cut.to)];
  const ends = [...inside.map((cut) => cut.from), to];
  return begins
    .map((begin, place) => ({ from: begin, to: ends[place] ?? to }))
    .filter((piece) => piece.to > piece.from);
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
