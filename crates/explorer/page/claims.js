// @ts-check
/** @file The claims of the spec, whether they hold in this state; what happens in it; and searches for both. */

import { h } from "synod/dom.js";

/** @typedef {import("synod/types").Spec} Spec */
/** @typedef {import("synod/types").View} View */
/** @typedef {{ onViolation: (claim: string) => void, onExample: (partner: string) => void, onCheck: () => void }} ClaimsActions */

/**
 * @param {Spec} spec
 * @param {View | null} view
 * @param {ClaimsActions} on
 */
export function claims(spec, view, on) {
  return h(
    "div",
    { class: "claims" },
    h("p", {}, h("button", { type: "button", "aria-keyshortcuts": "Shift+K", onclick: on.onCheck }, "Check the whole space")),
    h("h3", {}, "Claims in this state"),
    h("ul", {}, ...allClaims(spec, view).map((claim) => claimRow(claim, view, on.onViolation))),
    spec.partners.length > 0 ? h("h3", {}, "What can happen") : null,
    h("ul", {}, ...spec.partners.map((partner) => partnerRow(partner, view, on.onExample))),
  );
}

/**
 * The claims of the spec, and those that a state breaks beside them (panic-freedom).
 * @param {Spec} spec
 * @param {View | null} view
 */
function allClaims(spec, view) {
  const known = new Set(spec.claims.map((claim) => claim.name));
  const others = (view?.violations ?? []).filter((one) => !known.has(one.claim));
  return [...spec.claims, ...others.map(({ claim, meaning }) => ({ name: claim, meaning, partner: null }))];
}

/**
 * @param {import("synod/types").Claim} claim
 * @param {View | null} view
 * @param {(claim: string) => void} onViolation
 */
function claimRow({ name, meaning }, view, onViolation) {
  const broken = view?.violations.find((one) => one.claim === name);
  const light = view && h("span", { class: `sign ${broken ? "bad" : "good"}` }, broken ? "✗ violated" : "✓ holds");
  const search = h("button", { type: "button", class: "quiet", "aria-label": `find a violation: the shortest run that breaks ${name}`, onclick: () => onViolation(name) }, "find a violation");
  return h("li", {}, h("div", { class: "head" }, h("b", {}, name), light, search), h("p", { class: "meaning" }, meaning), broken ? h("p", { class: "witness" }, broken.witness) : null);
}

/**
 * @param {string} name
 * @param {View | null} view
 * @param {(partner: string) => void} onExample
 */
function partnerRow(name, view, onExample) {
  const light = view?.reached.includes(name) ? h("span", { class: "sign good" }, "✓ here") : null;
  const search = h("button", { type: "button", class: "quiet", "aria-label": `show an example: the shortest run in which ${name}`, onclick: () => onExample(name) }, "show an example");
  return h("li", {}, h("div", { class: "head" }, h("span", {}, name), light, search));
}
