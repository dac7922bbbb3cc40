// @ts-check
/** @file The tree of what was tried. Branches stay; a click goes there. */

import { h } from "synod/dom.js";
import { ancestry, tree } from "synod/film.js";
import { plural } from "synod/words.js";

/** @typedef {import("synod/film.js").Film} Film */
/** @typedef {import("synod/film.js").Part} Part */

/**
 * @param {Film} film
 * @param {(id: number) => void} onGo
 */
export function triedTree(film, onGo) {
  const root = tree(film);
  const note = root.branches.length === 0 ? "Go back and take another step: both runs are kept here." : "The run that is played is marked. Go to another one by a click.";
  return h("div", { class: "tried" }, h("p", { class: "note" }, note), h("ul", {}, part(film, root, onGo)));
}

/**
 * @param {Film} film
 * @param {Part} of
 * @param {(id: number) => void} onGo
 * @returns {HTMLElement}
 */
function part(film, of, onGo) {
  const { first, last, length, isOnLine, isShown, branches } = of;
  const broken = last.view.violations[0]?.claim;
  const button = h(
    "button",
    { type: "button", class: "part", "data-line": isOnLine, "aria-current": isShown ? "step" : null, onclick: () => onGo(last.id) },
    h("b", {}, range(film, of)),
    ` ${first.step ?? "the initial state"}`,
    length > 1 ? ` … ${last.step}` : null,
    broken ? h("span", { class: "flag bad" }, `✗ ${broken}`) : null,
  );
  const inside = branches.length > 0 ? h("ul", {}, ...branches.map((branch) => part(film, branch, onGo))) : null;
  return h("li", {}, button, inside);
}

/**
 * The numbers of the steps of a part.
 * @param {Film} film
 * @param {Part} of
 */
function range(film, { first, length }) {
  const from = ancestry(film, first.id).length - 1;
  const to = from + length - 1;
  if (length === 1) return String(from);
  return from === 0 ? `0–${to}, ${plural(to, "step")}:` : `${from}–${to}`;
}
