// @ts-check
/** @file The head of the page: which spec this is, what it is about, what it expects, and what to do first. */

import { h } from "synod/dom.js";
import { inWords, keyHint, sentence } from "synod/words.js";

/** @typedef {import("synod/types").Spec} Spec */
/** @typedef {import("synod/dom.js").Child} Child */

/**
 * @param {Spec} spec
 * @param {{ name?: Child, first?: Child }} [with_] `name` stands in the place of the spec's name; `first` is what to do first.
 */
export function heading(spec, { name, first } = {}) {
  return h(
    "div",
    { class: "spec" },
    h("div", { class: "title" }, h("h1", {}, name ?? spec.name), first),
    h("p", { class: "about" }, spec.about),
    h("ul", { class: "facts", "aria-label": "The spec" }, ...facts(spec).map((fact) => h("li", {}, ...fact))),
  );
}

/**
 * @param {Spec} spec
 * @returns {Child[][]}
 */
function facts({ protocol, mutant, drops, bounds, expects, property }) {
  /** @type {Child[][]} */
  const found = [["protocol ", h("b", {}, protocol)]];
  if (mutant) found.push(["mutant ", h("b", { class: "warn" }, mutant), drops ? `: ${sentence(drops)}` : null]);
  const words = inWords(bounds);
  if (words) found.push(["bounds ", h("b", {}, words)]);
  if (expects === "violated") found.push(["expects ", h("b", { class: "bad" }, `${property ?? "a claim"} violated`)]);
  else found.push(["expects ", h("b", { class: "good" }, "all claims hold")]);
  return found;
}

/**
 * What to do first: to show how the spec breaks, or to check that it holds.
 * @param {Spec} spec
 * @param {{ onBreak: () => void, onCheck: () => void }} on
 */
export function firstButton({ expects, property }, { onBreak, onCheck }) {
  if (expects === "violated") {
    return h("button", { type: "button", class: "first", "aria-keyshortcuts": "Shift+V", onclick: onBreak }, `Show how ${property ?? "it"} breaks `, keyHint("Shift V"));
  }
  return h("button", { type: "button", class: "first", "aria-keyshortcuts": "Shift+K", onclick: onCheck }, "Check that it holds ", keyHint("Shift K"));
}
