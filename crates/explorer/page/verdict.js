// @ts-check
/** @file What is wrong in the state that is shown: the claim, the witness, and how it came to it. */

import { h } from "synod/dom.js";
import { missingPromise } from "synod/promise.js";
import { plural, sentence, stepLink } from "synod/words.js";

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/types").Violation} Violation */
/**
 * `sought` is the claim that was searched for; `unavoidable` the step after which it cannot be avoided any more.
 * @typedef {{ views: View[], at: number, sought: string | null, unavoidable: number | null, onStep: (step: number) => void, onCompare?: (() => void) | null }} VerdictState
 */

/**
 * @param {VerdictState} state
 * @returns {HTMLElement | null} Null if nothing is wrong.
 */
export function verdict(state) {
  const view = state.views[state.at];
  const [first, ...others] = view ? inOrder(view.violations, state.sought) : [];
  if (first) return violated(state, first, others);
  return view?.objection ? objected(view.objection) : null;
}

/**
 * The violations, the one that was searched for first.
 * @param {Violation[]} violations
 * @param {string | null} sought
 */
function inOrder(violations, sought) {
  return [...violations].sort((a, b) => Number(b.claim === sought) - Number(a.claim === sought));
}

/**
 * @param {VerdictState} state
 * @param {Violation} first
 * @param {Violation[]} others
 */
function violated(state, first, others) {
  return h(
    "section",
    { class: "verdict bad", "aria-label": "What is violated" },
    h("h2", {}, h("span", { "aria-hidden": "true" }, "✗ "), `${first.claim} is violated`),
    first.meaning ? h("p", { class: "meaning" }, first.meaning) : null,
    h("p", { class: "witness" }, sentence(first.witness)),
    h("ul", { class: "story" }, ...stories(state).map((story) => h("li", {}, ...story))),
    others.length > 0 ? alsoViolated(others) : null,
    state.onCompare ? h("button", { type: "button", onclick: state.onCompare }, "The paper beside it") : null,
  );
}

/**
 * @param {VerdictState} state
 * @returns {import("synod/dom.js").Child[][]}
 */
function stories({ views, at, unavoidable, onStep }) {
  /** @type {import("synod/dom.js").Child[][]} */
  const found = [];
  const forbidden = views.findLastIndex((view, i) => i <= at && view.objection !== null);
  const objection = views[forbidden]?.objection;
  if (objection) found.push([h("b", {}, "The rule: "), "the paper forbids ", stepLink(forbidden, onStep), `. ${sentence(objection)}`]);
  const promise = missingPromise(views, at);
  if (promise) {
    const pieces = promise.map((piece) => (typeof piece === "string" ? piece : stepLink(piece.step, onStep)));
    found.push([h("b", {}, "The missing promise: "), ...pieces]);
  }
  if (unavoidable !== null && unavoidable <= at) {
    found.push([h("b", {}, "No way back: "), "after ", stepLink(unavoidable, onStep), " every run breaks it."]);
  }
  return found;
}

/** @param {Violation[]} others */
function alsoViolated(others) {
  const items = others.map((one) => h("li", {}, h("b", {}, one.claim), ` ${sentence(one.witness)}`));
  return h("details", {}, h("summary", {}, `${plural(others.length, "more claim is", "more claims are")} violated: ${others.map((one) => one.claim).join(", ")}`), h("ul", {}, ...items));
}

/** @param {string} objection */
function objected(objection) {
  return h("section", { class: "verdict warn", "aria-label": "The paper’s rule" }, h("h2", {}, "The paper forbids this step"), h("p", {}, sentence(objection)));
}
