// @ts-check
/** @file Figure 1 as large as the stage allows. */

import { figure } from "synod/figure.js";
import { PRIESTS } from "synod/lesson-ballots.js";
import { scaleOfTexts } from "synod/stage.js";

/** How much larger than beside a run. */
const LARGER = 1.25;

/**
 * @param {import("synod/types").Figure} judged
 * @param {number} room The width that there is, in pixels.
 * @param {number | null} [chosen] The ballot that is chosen.
 */
export function drawBallots(judged, room, chosen) {
  const scale = scaleOfTexts() * LARGER;
  const drawn = figure({ ...judged, caption: "" }, { processes: PRIESTS, width: Math.min(room / scale, 560), chosen });
  const grid = drawn.querySelector("svg.grid");
  if (grid instanceof SVGSVGElement) grid.style.width = `${grid.width.baseVal.value * scale}px`;
  return drawn;
}
