// @ts-check
/** @file What is wrong in the state that is shown: the claim, the witness, and how it came to it. */

import { h } from "synod/dom.js";
import { missingPromise } from "synod/promise.js";
import { plural, sentence, stepLink } from "synod/words.js";

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/types").Violation} Violation */
/**
 * What a search has found: a violation or an example, in how many steps, and whether no shorter run does it.
 * @typedef {{ property: string, length: number, isShortest: boolean }} Find
 */
/**
 * `sought` is the claim that was searched for; `unavoidable` the step after which it cannot be avoided any more; `find`
 * what was found, if the state is the end of the run that was found.
 * @typedef {{ views: View[], at: number, sought: string | null, unavoidable: number | null, find?: Find | null, onStep: (step: number) => void, onCompare?: (() => void) | null }} VerdictState
 */

/**
 * What is wrong in the state, or found in it.
 * @param {VerdictState} state
 * @returns {HTMLElement | null} Null if there is nothing to tell.
 */
export function verdict(state) {
  const { views, at, sought, find } = state;
  const view = views[at];
  const [first, ...others] = view ? inOrder(view.violations, sought) : [];
  if (first) return violated(state, first, others);
  if (view?.objection) return banner("warn", "The paper’s rule", "⚠ The paper forbids this step", null, h("p", {}, `${ruleOf(view.objection)}.`));
  return find ? banner("good", "What is found", `✓ ${find.property}`, find) : null;
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
 * @param {"bad" | "warn" | "good"} light
 * @param {string} label
 * @param {string} title
 * @param {Find | null | undefined} find
 * @param {...import("synod/dom.js").Child} content
 */
function banner(light, label, title, find, ...content) {
  const head = h("header", {}, h("h2", {}, title), find ? h("p", { class: "found" }, inSteps(find)) : null);
  return h("section", { class: `verdict ${light}`, "aria-label": label }, head, ...content);
}

/**
 * The claim and the witness, and how it came to it.
 * @param {VerdictState} state
 * @param {Violation} first
 * @param {Violation[]} others
 */
function violated(state, first, others) {
  const { find, onCompare } = state;
  const told = stories(state).map((story) => h("li", {}, ...story));
  return banner(
    "bad",
    "What is violated",
    `✗ ${first.claim} is violated`,
    find,
    first.meaning ? h("p", { class: "meaning" }, first.meaning) : null,
    h("p", { class: "witness" }, sentence(first.witness)),
    told.length > 0 ? h("ul", { class: "story", "aria-label": "How it came to it" }, ...told) : null,
    h("div", { class: "more" }, onCompare ? h("button", { type: "button", class: "link", onclick: onCompare }, "The same steps under the paper’s rule") : null, others.length > 0 ? alsoViolated(others) : null),
  );
}

/**
 * The rule in an objection, without the words that say what it is.
 * @param {string} objection
 */
export function ruleOf(objection) {
  return objection.replace(/^the paper forbids this step: /, "");
}

/** @param {Find} find */
function inSteps({ length, isShortest }) {
  return `after ${plural(length, "step")}; ${isShortest ? "no shorter run does this" : "a shorter run may do this"}`;
}

/**
 * @param {VerdictState} state
 * @returns {import("synod/dom.js").Child[][]}
 */
function stories({ views, at, unavoidable, onStep }) {
  /** @type {import("synod/dom.js").Child[][]} */
  const found = [];
  const forbidden = at - views.slice(0, at + 1).reverse().findIndex((view) => view.objection !== null);
  const objection = views[forbidden]?.objection ?? null;
  if (objection !== null) found.push([h("b", {}, "The rule: "), "the paper forbids ", stepLink(forbidden, onStep), `: ${ruleOf(objection)}.`]);
  const promise = missingPromise(views, at);
  if (promise) {
    const link = (/** @type {number} */ step) => stepLink(step, onStep, (name) => `(${name})`);
    const pieces = promise.map((piece) => (typeof piece === "string" ? piece : link(piece.step)));
    found.push([h("b", {}, "The missing promise: "), ...pieces]);
  }
  if (unavoidable !== null && unavoidable <= at) {
    found.push([h("b", {}, "No way back: "), "before ", stepLink(unavoidable, onStep), " it could be avoided; after it, every run breaks the claim."]);
  }
  return found;
}

/** @param {Violation[]} others */
function alsoViolated(others) {
  const items = others.map((one) => h("li", {}, h("b", {}, one.claim), ` ${sentence(one.witness)}`));
  const summary = `Also violated: ${others.map((one) => one.claim).join(", ")}`;
  return h("details", {}, h("summary", {}, summary), h("ul", {}, ...items));
}
