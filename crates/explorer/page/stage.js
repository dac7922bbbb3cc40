// @ts-check
/** @file What a run looks like at a step: the space-time diagram; what is wrong, the ballots, tables and variables. */

import { diagram } from "synod/diagram.js";
import { h } from "synod/dom.js";
import { figure } from "synod/figure.js";
import { messageKey } from "synod/layout.js";
import { redraw } from "synod/redraw.js";
import { cards } from "synod/state.js";
import { table } from "synod/tables.js";
import { verdict } from "synod/verdict.js";

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/types").Message} Message */
/**
 * @typedef {{ views: View[], at: number, processes: string[], sought: string | null, unavoidable: number | null, find?: import("synod/verdict.js").Find | null, asides?: Message[] }} StageState
 */
/**
 * @typedef {{ onStep: (step: number) => void, onDeliver?: (message: Message, process: string) => void, canDeliver?: (message: Message, process: string) => boolean, onCompare?: () => void, hasComparison?: () => boolean }} StageActions
 */

/** @param {StageActions} on */
export function makeStage(on) {
  const lanes = h("div", { class: "lanes", tabindex: -1 });
  const seen = h("div", { class: "seen" });
  const state = makeState();
  const frame = h("section", { class: "picture", "aria-label": "Space-time diagram" }, h("h2", {}, "Space-time diagram"), lanes);
  const now = h("section", { class: "now", "aria-label": "This state" }, seen, state.element);
  /** @type {StageState | null} */
  let shown = null;

  function drawLanes() {
    if (!shown) return;
    const { views, at, processes, asides = [] } = shown;
    // Where nothing can be delivered, only what never arrived is worth drawing.
    const { onDeliver, canDeliver = () => false, onStep } = on;
    const lost = new Set(asides.map(messageKey));
    const hadFocus = lanes.contains(document.activeElement);
    const width = inside(lanes) / scaleOfTexts();
    const picture = diagram(views, { processes, at, width, onDeliver, canDeliver, onStep, asides: lost });
    enlarge(picture);
    lanes.replaceChildren(picture);
    reveal(lanes);
    if (hadFocus) present(lanes)?.focus({ preventScroll: true });
  }

  /** @param {StageState} next */
  function update(next) {
    shown = next;
    const { views, at, processes } = next;
    const view = views[at];
    drawLanes();
    const drawn = view?.figure ? figure(view.figure, { processes, width: inside(seen) / scaleOfTexts() }) : null;
    for (const picture of drawn?.querySelectorAll("svg") ?? []) enlarge(picture);
    const tables = (view?.tables ?? []).map((one) => table(one));
    const told = verdict({ ...next, onStep: on.onStep, onCompare: on.hasComparison?.() ? on.onCompare : null });
    redraw(seen, told, drawn, ...tables);
    state.update(next);
  }

  new ResizeObserver(drawLanes).observe(frame);
  return { picture: frame, now, update, focusFilter: state.focus };
}

/** How much larger texts are than on a page of usual width: a drawing grows with them. */
function scaleOfTexts() {
  return Math.max(1, parseFloat(getComputedStyle(document.documentElement).fontSize) / 15);
}

/**
 * Makes a drawing as large as the texts.
 * @param {SVGSVGElement} picture
 */
function enlarge(picture) {
  picture.style.width = `${picture.width.baseVal.value * scaleOfTexts()}px`;
}

/**
 * The width of what is inside an element.
 * @param {HTMLElement} element
 */
function inside(element) {
  const { paddingLeft, paddingRight } = getComputedStyle(element);
  return Math.max(240, element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight));
}

/**
 * The row of the step that is shown.
 * @param {HTMLElement} lanes
 * @returns {SVGElement | null}
 */
const present = (lanes) => lanes.querySelector('[aria-current="step"]');

/**
 * Scrolls the diagram so that the row of the step is seen, and the messages below it.
 * @param {HTMLElement} lanes
 */
export function reveal(lanes) {
  const row = present(lanes)?.getBoundingClientRect();
  if (!row || lanes.scrollHeight <= lanes.clientHeight) return;
  const frame = lanes.getBoundingClientRect();
  const below = lanes.querySelector(".open")?.getBoundingClientRect().bottom ?? 0;
  const wanted = Math.min(Math.max(below, row.bottom), row.top + frame.height * 0.6);
  if (wanted > frame.bottom - 12) lanes.scrollTop += wanted - frame.bottom + 12;
  if (row.top < frame.top + frame.height / 4) lanes.scrollTop -= frame.top + frame.height / 4 - row.top;
}

/** The variables, with a filter, as cards or as a table, compared with an earlier step. */
function makeState() {
  /** @type {StageState | null} */
  let shown = null;
  /** The step that is compared with; null for the one before. */
  let compared = /** @type {number | null} */ (null);
  const draw = () => shown && update(shown);
  const filter = h("input", { type: "search", placeholder: "Filter", "aria-label": "Show only variables with this in them", oninput: draw });
  const asTable = h("input", { type: "checkbox", onchange: draw });
  const before = h("select", {
    "aria-label": "Mark what has changed since",
    onchange: () => {
      compared = before.value === "" ? null : Number(before.value);
      draw();
    },
  });
  const tools = h("div", { class: "tools" }, filter, before, h("label", {}, asTable, " table"));
  const body = h("div", { class: "variables" });
  const element = h("section", { class: "state", "aria-label": "Variables" }, h("h2", {}, "State"), tools, body);

  /** @param {StageState} next */
  function update(next) {
    shown = next;
    const { views, at, processes } = next;
    const view = views[at];
    if (compared !== null && compared >= at) compared = null;
    before.replaceChildren(...earlier(views, at));
    before.value = compared === null ? "" : String(compared);
    const earlierView = views[compared ?? at - 1] ?? null;
    body.replaceChildren(...(view ? [cards(view, { processes, before: earlierView, filter: filter.value, table: asTable.checked })] : []));
  }

  return { element, update, focus: () => filter.focus() };
}

/**
 * @param {View[]} views
 * @param {number} at
 */
function earlier(views, at) {
  const steps = views.slice(0, at).map((view, i) => h("option", { value: i }, `since ${i}: ${view.action ?? "the initial state"}`));
  return [h("option", { value: "" }, "since the last step"), ...steps.reverse()];
}
