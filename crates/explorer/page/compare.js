// @ts-check
/** @file A mutant and the paper side by side: the same steps, as far as they go. */

import { diagram } from "synod/diagram.js";
import { h } from "synod/dom.js";
import { figure } from "synod/figure.js";
import { reveal } from "synod/stage.js";
import { sentence, stepLink } from "synod/words.js";

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/types").Changed} Changed */
/**
 * The run of the paper: its views, and the step that the paper forbids, if there is one.
 * @typedef {{ spec: string, views: View[], changed: Changed | null, guard: string | null }} PaperRun
 */
/**
 * @typedef {{ paper: PaperRun, mutant: string, drops: string | null, views: View[], steps: string[], at: number, processes: string[], onStep: (step: number) => void, onPossible: (step: string) => void, onClose: () => void }} Comparison
 */

/** @param {Comparison} of */
export function comparison(of) {
  const { paper, mutant, drops, views, at, onClose } = of;
  const last = paper.views.length - 1;
  const stop = at > last && paper.changed ? stopped(of, paper.changed) : null;
  return [
    side({ of, name: "The paper", about: paper.spec, views: paper.views, at: Math.min(at, last), extra: stop }),
    side({
      of,
      name: "Without this rule",
      about: `${mutant}${drops ? `: ${sentence(drops)}` : ""}`,
      views,
      at,
      extra: broken(views[at]),
      close: h("button", { type: "button", class: "quiet", "aria-keyshortcuts": "Escape", onclick: onClose }, "Close ✕"),
    }),
  ];
}

/** @param {{ of: Comparison, name: string, about: string, views: View[], at: number, extra: HTMLElement | null, close?: HTMLElement }} side */
function side({ of, name, about, views, at, extra, close }) {
  const { processes, onStep } = of;
  const drawn = views[at]?.figure;
  const lanes = h("div", { class: "lanes" });
  const width = Math.max(260, Math.floor(document.documentElement.clientWidth / (document.documentElement.clientWidth < 760 ? 1 : 2)) - 60);
  lanes.append(diagram(views, { processes, at, width, onStep, canDeliver: () => false }));
  requestAnimationFrame(() => reveal(lanes));
  return h(
    "section",
    { class: "side-by-side", "aria-label": name },
    h("h2", {}, name, close ?? null),
    h("p", { class: "note" }, about),
    extra,
    drawn ? figure(drawn, { processes, width: Math.min(width, 420) }) : null,
    lanes,
  );
}

/**
 * @param {Comparison} of
 * @param {Changed} changed
 */
function stopped({ paper, steps, onStep, onPossible }, { at, why, possible }) {
  const items = possible.map((step) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => onPossible(step) }, step)));
  return h(
    "div",
    { class: "verdict good" },
    h("h3", {}, "The paper forbids ", stepLink(at, onStep)),
    h("p", {}, h("b", {}, steps[at - 1] ?? "This step"), ` is not possible here${paper.guard ? `: ${paper.guard}` : ""}.`),
    paper.guard ? null : h("p", {}, sentence(why)),
    possible.length > 0 ? h("details", {}, h("summary", {}, "What is possible instead"), h("ul", {}, ...items)) : null,
  );
}

/** @param {View | undefined} view */
function broken(view) {
  const first = view?.violations[0];
  return first ? h("div", { class: "verdict bad" }, h("h3", {}, `✗ ${first.claim} is violated`), h("p", {}, sentence(first.witness))) : null;
}
