// @ts-check
/** @file What an exported file shows: one run or several, without a server. They are JSON in the element `films`. */

import { tell } from "synod/bar.js";
import { h } from "synod/dom.js";
import { heading } from "synod/heading.js";
import { icon } from "synod/icons.js";
import { listen, openKeys } from "synod/keys.js";
import { notices, say } from "synod/say.js";
import { nextTheme, restoreTheme } from "synod/theme.js";
import { makeWatch } from "synod/watch.js";

/**
 * `at` is the step that is shown first; `sought` the claim that the run breaks, if it was searched for; `unavoidable_after`
 * the step after which it cannot be avoided any more.
 * @typedef {{ spec: import("synod/types").Spec, views: import("synod/types").View[], at?: number, sought?: string | null, unavoidable_after?: number | null }} Exported
 */

restoreTheme();

/** @type {Exported[]} */
const films = JSON.parse(document.getElementById("films")?.textContent ?? "[]");
let shown = films[0];
let at = last();

function last() {
  return shown ? (shown.at ?? shown.views.length - 1) : 0;
}

const watch = makeWatch({
  read: () => shown && { ...shown, at, processes: shown.spec.processes, sought: shown.sought ?? shown.spec.property, unavoidable: shown.unavoidable_after ?? null },
  onStep(step) {
    at = step;
    watch.draw();
    if (shown && !watch.clock.isPlaying) say(tell(shown.views, at));
  },
});

/** @type {import("synod/keys.js").Shortcut[]} */
const shortcuts = [
  ...watch.shortcuts,
  { keys: ["D"], shown: "Shift D", what: "light or dark", act: nextTheme },
  { keys: ["?"], shown: "?", what: "these keys", act: () => openKeys(shortcuts, false) },
];

const head = h("header", { class: "top" });
const choice = h("select", { "aria-label": "Run", onchange: () => choose(Number(choice.value)) }, ...films.map((film, place) => h("option", { value: place }, nameOf(film))));

/** @param {Exported} film */
function nameOf({ spec, views }) {
  const broken = views[views.length - 1]?.violations[0]?.claim;
  return broken ? `${spec.name}: ${broken}` : spec.name;
}

/** @param {number} place */
function choose(place) {
  if (watch.clock.isPlaying) watch.clock.stop();
  shown = films[place];
  at = last();
  drawAll();
}

function drawAll() {
  if (!shown) return head.replaceChildren(h("h1", {}, "This file has no run."));
  const tools = h(
    "div",
    { class: "tools" },
    films.length > 1 ? choice : null,
    h("button", { type: "button", class: "quiet", "aria-label": "Light or dark", title: "Light or dark (Shift+D)", onclick: nextTheme }, icon("theme")),
    h("button", { type: "button", class: "quiet", "aria-label": "Keys", title: "Keys (?)", onclick: () => openKeys(shortcuts, false) }, "?"),
  );
  head.replaceChildren(heading(shown.spec), tools);
  document.title = `${shown.spec.name} · Synod`;
  watch.draw();
}

document.body.append(head, notices, h("main", { class: "played" }, watch.stage.now, watch.stage.picture), watch.bar.element);
listen(shortcuts, () => false);
drawAll();
