// @ts-check
/** @file Pictures as large as the stage allows. */

import { figure } from "synod/figure.js";
import { PRIESTS } from "synod/lesson-ballots.js";

/** The width of a picture that is as large as beside a run, in pixels; and the size of texts beside it. */
const USUAL = { width: 560, text: 15 };
/** How much larger than that it is at least, and at most, if the texts are as usual. */
const LARGER = [1.25, 2];

/**
 * @param {import("synod/types").Figure} judged
 * @param {number} room The width that there is, in pixels.
 * @param {number | null} [chosen] The ballot that is chosen.
 */
export function drawBallots(judged, room, chosen) {
  const texts = parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL.text;
  const [least = 1, most = 1] = LARGER.map((factor) => factor * Math.max(texts, 1));
  const scale = Math.min(Math.max(least, (0.6 * room) / USUAL.width), most);
  const drawn = figure(judged, { processes: PRIESTS, width: Math.min(room / scale, USUAL.width), chosen });
  const grid = drawn.querySelector("svg.grid");
  if (grid instanceof SVGSVGElement) grid.style.width = `${grid.width.baseVal.value * scale}px`;
  return drawn;
}

/**
 * Draws anew whenever the width of an element has changed, also when the element is shown for the first time.
 * @param {HTMLElement} element
 * @param {() => void} draw
 */
export function onWidth(element, draw) {
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    if (width > 0) draw();
  });
  observer.observe(element);
}
