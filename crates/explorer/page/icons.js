// @ts-check
/** @file The signs on buttons, as pictures: not every system has a font with them. */

import { svg } from "synod/dom.js";

const PATHS = /** @type {const} */ ({
  play: "M4 2.5v11l9-5.5z",
  pause: "M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z",
  back: "M11 2.5v11L4 8z",
  forth: "M5 2.5v11L12 8z",
  start: "M3 2.5h2v11H3zM13 2.5v11L6 8z",
  end: "M11 2.5h2v11h-2zM3 2.5v11L10 8z",
  undo: "M6 2 1.5 6 6 10V7.2h4a2.4 2.4 0 0 1 0 4.8H6v2h4a4.4 4.4 0 0 0 0-8.8H6z",
  redo: "M10 2l4.5 4L10 10V7.2H6a2.4 2.4 0 0 0 0 4.8h4v2H6a4.4 4.4 0 0 1 0-8.8h4z",
  theme: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13zM8 3v10a5 5 0 0 1 0-10z",
});

/** @typedef {keyof typeof PATHS} Icon */

/** @param {Icon} name */
export function icon(name) {
  return svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: PATHS[name], "fill-rule": "evenodd" }));
}
