// @ts-check
/** @file The bar below the film: scrubber with marks, play and pause, one step, speed, undo and redo. */

import { h } from "synod/dom.js";
import { icon } from "synod/icons.js";
import { SPEEDS } from "synod/play.js";
import { processName } from "synod/words.js";

/** @typedef {import("synod/film.js").Mark} Mark */
/** @typedef {{ views: import("synod/types").View[], at: number, marks: Mark[], isPlaying: boolean, speed: number, canUndo?: boolean, canRedo?: boolean }} BarState */
/** @typedef {{ onStep: (step: number) => void, onPlay: () => void, onSpeed: (place: number) => void, onUndo?: () => void, onRedo?: () => void }} BarActions */

/**
 * @param {import("synod/icons.js").Icon} sign
 * @param {string} name
 * @param {string} key
 * @param {(() => void) | undefined} act
 */
function button(sign, name, key, act) {
  return h("button", { type: "button", class: "tool", "aria-label": name, title: `${name} (${key})`, "aria-keyshortcuts": key, onclick: act }, icon(sign));
}

/** @param {BarActions} on */
export function makeBar(on) {
  let at = 0;
  let last = 0;
  const scrubber = h("input", { type: "range", min: 0, step: 1, "aria-label": "Step of the run", oninput: () => on.onStep(Number(scrubber.value)) });
  const ticks = h("div", { class: "ticks" });
  const told = h("p", { class: "told" });
  const play = button("play", "Play", "Space", on.onPlay);
  const start = button("start", "To the initial state", "Home", () => on.onStep(0));
  const back = button("back", "One step back", "ArrowLeft", () => on.onStep(at - 1));
  const forth = button("forth", "One step forward", "ArrowRight", () => on.onStep(at + 1));
  const end = button("end", "To the last step", "End", () => on.onStep(last));
  const speeds = SPEEDS.map((speed, place) => h("option", { value: place }, `${speed} ×`));
  const speed = h("select", { "aria-label": "Steps in a second", onchange: () => on.onSpeed(Number(speed.value)) }, ...speeds);
  const undo = on.onUndo && button("undo", "Undo the last choice", "Control+Z", on.onUndo);
  const redo = on.onRedo && button("redo", "Redo", "Control+Y", on.onRedo);
  const element = h(
    "section",
    { class: "bar", "aria-label": "Play the run" },
    h("div", { class: "buttons" }, undo, redo),
    h("div", { class: "buttons" }, start, back, play, forth, end, speed),
    h("div", { class: "track" }, h("div", { class: "range" }, scrubber, ticks), told),
  );

  /** @param {BarState} state */
  function update({ views, at: shown, marks, isPlaying, speed: place, canUndo, canRedo }) {
    at = shown;
    last = Math.max(0, views.length - 1);
    scrubber.max = String(last);
    scrubber.value = String(at);
    scrubber.disabled = last === 0;
    scrubber.setAttribute("aria-valuetext", tell(views, at));
    told.replaceChildren(...telling(views, at));
    play.replaceChildren(icon(isPlaying ? "pause" : "play"));
    play.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
    speed.value = String(place);
    for (const one of [start, back]) one.disabled = at === 0;
    for (const one of [forth, end]) one.disabled = at === last;
    play.disabled = last === 0;
    if (undo) undo.disabled = !canUndo;
    if (redo) redo.disabled = !canRedo;
    ticks.replaceChildren(...together(marks).map((same) => tick(same, last, on.onStep)));
  }

  return { element, update };
}

/**
 * @param {import("synod/types").View[]} views
 * @param {number} at
 */
export function tell(views, at) {
  const what = views[at]?.action ?? "the initial state";
  return `Step ${at} of ${Math.max(0, views.length - 1)}: ${what}`;
}

/**
 * The same, with the step set off from where it is.
 * @param {import("synod/types").View[]} views
 * @param {number} at
 */
function telling(views, at) {
  const view = views[at];
  const where = h("span", { class: "where" }, `${at} / ${Math.max(0, views.length - 1)}`);
  if (!view?.action) return [where, h("span", {}, "the initial state")];
  const who = view.process ? h("b", {}, processName(view.process)) : null;
  return [where, h("span", {}, who, who ? ` ${view.does}` : view.action)];
}

/**
 * The marks by their steps.
 * @param {Mark[]} marks
 * @returns {Mark[][]}
 */
function together(marks) {
  const steps = [...new Set(marks.map((mark) => mark.at))];
  return steps.map((at) => marks.filter((mark) => mark.at === at));
}

/**
 * The marks of one step, as one button.
 * @param {Mark[]} marks
 * @param {number} last
 * @param {(step: number) => void} onStep
 */
function tick(marks, last, onStep) {
  const at = marks[0]?.at ?? 0;
  const name = `Step ${at}: ${marks.map((mark) => mark.text).join("; ")}`;
  const kinds = marks.map((mark) => h("i", { class: mark.kind }));
  const element = h("button", { type: "button", class: "tick", "aria-label": name, title: name, onclick: () => onStep(at) }, ...kinds);
  element.style.setProperty("--place", String(last === 0 ? 0 : at / last));
  return element;
}
