// @ts-check
/** @file The marks of a space-time diagram: events, crashes, heads of arrows. Each has a shape of its own. */

import { svg } from "synod/dom.js";

/** @typedef {import("synod/types").Happening} Happening */
/** @typedef {import("synod/places.js").Point} Point */

/**
 * An event is a bar: messages arrive at its upper end and leave at its lower end.
 * @param {Happening} happens
 * @param {number} x
 * @param {number} y
 * @param {number} half Half the height of the bar.
 * @param {boolean} isBroken Whether a claim does not hold any more.
 * @returns {SVGGElement}
 */
export function eventMark(happens, x, y, half, isBroken = false) {
  const bar = svg("rect", { class: "full", x: x - 4, y: y - half, width: 8, height: 2 * half, rx: 4 });
  return svg("g", { class: `mark ${happens}${isBroken ? " broken" : ""}` }, bar, ...signs(happens, x, y));
}

/**
 * @param {Happening} happens
 * @param {number} x
 * @param {number} y
 */
function signs(happens, x, y) {
  if (happens === "timer") {
    return [
      svg("circle", { class: "hollow", cx: x, cy: y, r: 7.5 }),
      svg("path", { d: `M${x} ${y - 4.5} V${y} L${x + 3} ${y + 2}` }),
    ];
  }
  return happens === "request"
    ? [svg("path", { class: "full", d: `M${x} ${y - 8} l8 8 l-8 8 l-8 -8 Z` })]
    : [];
}

/**
 * The gap of a lane where its process crashes. If it loses its ledger, the gap is crossed out.
 * @param {Happening} happens
 * @param {number} x
 * @param {number} y
 * @returns {SVGGElement}
 */
export function crashMark(happens, x, y) {
  const inside =
    happens === "crash"
      ? `M${x - 8} ${y + 2} l4 -6 l4 8 l4 -8 l4 6`
      : `M${x - 6} ${y - 5} l12 10 M${x - 6} ${y + 5} l12 -10`;
  return svg(
    "g",
    { class: "mark crash" },
    svg("path", { d: `M${x - 7} ${y - 9} h14 M${x - 7} ${y + 9} h14` }),
    svg("path", { d: inside }),
  );
}

/**
 * @param {Point} from
 * @param {Point} to
 * @param {number} gap How far before its end the arrow stops.
 * @returns {SVGPathElement}
 */
export function arrowHead(from, to, gap) {
  const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  return svg("path", {
    class: "head",
    d: `M${-gap} 0 l-9 -4 v8 z`,
    transform: `translate(${to.x} ${to.y}) rotate(${angle.toFixed(1)})`,
  });
}
