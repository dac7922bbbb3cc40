// @ts-check
/** @file What a check of the whole space has found: a verdict for each property, and how often each action was taken. */

import { openDialog } from "synod/dialog.js";
import { h } from "synod/dom.js";
import { grouped, sentence } from "synod/words.js";

/** @typedef {import("synod/types").Checked} Checked */

/**
 * @param {Checked} checked
 * @param {{ onViolation: (claim: string) => void, onExample: (partner: string) => void }} on
 */
export function openChecked(checked, on) {
  const { verdict, why, states, generated, depth, properties, coverage } = checked;
  const show = (/** @type {Checked["properties"][number]} */ one) => {
    window.close();
    if (one.kind === "always") on.onViolation(one.name);
    else on.onExample(one.name);
  };
  const window = openDialog(
    `The whole space: ${verdict}`,
    h("p", {}, `${grouped(states)} states, ${grouped(generated)} generated, depth ${depth}.`, why ? ` ${sentence(why)}` : null),
    grid("Properties", ["property", "", "verdict", "steps"], properties.map((one) => propertyRow(one, () => show(one)))),
    grid("Coverage", ["action", "times possible", "new states"], coverage.map(coverageRow)),
  );
}

/**
 * @param {string} caption
 * @param {string[]} heads
 * @param {HTMLTableRowElement[]} rows
 */
function grid(caption, heads, rows) {
  return h("table", { class: "results" }, h("caption", {}, caption), h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, ...rows));
}

/**
 * @param {Checked["properties"][number]} property
 * @param {() => void} onShow
 */
function propertyRow({ name, kind, verdict, length }, onShow) {
  const light = verdict === "violated" ? "bad" : verdict === "holds" || verdict === "reached" ? "good" : "quiet";
  const steps = length === null ? "" : h("button", { type: "button", class: "link", "aria-label": `Show the run of ${length} steps for ${name}`, onclick: onShow }, length);
  return h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, kind), h("td", { class: light }, verdict), h("td", { class: "number" }, steps));
}

/** @param {Checked["coverage"][number] & { name?: string }} row */
function coverageRow({ name, action = name ?? "", enabled, new_states: found }) {
  return h("tr", {}, h("th", { scope: "row" }, action), h("td", { class: "number" }, grouped(enabled)), h("td", { class: "number" }, grouped(found)));
}
