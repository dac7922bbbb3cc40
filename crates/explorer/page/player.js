// @ts-check
/** @file What an exported file shows: a run, without a server. The run is JSON in the element `film`. */

import { tell } from "synod/bar.js";
import { h } from "synod/dom.js";
import { heading } from "synod/heading.js";
import { icon } from "synod/icons.js";
import { listen, openKeys } from "synod/keys.js";
import { notices, say } from "synod/say.js";
import { nextTheme, restoreTheme } from "synod/theme.js";
import { makeWatch } from "synod/watch.js";

/**
 * `sought` is the claim that the run breaks, if it was searched for; `unavoidable_after` the step after which it cannot
 * be avoided any more.
 * @typedef {{ spec: import("synod/types").Spec, views: import("synod/types").View[], at?: number, sought?: string | null, unavoidable_after?: number | null }} Exported
 */

restoreTheme();

/** @type {Exported} */
const exported = JSON.parse(document.getElementById("film")?.textContent ?? "null");
const { spec, views, sought, unavoidable_after: unavoidable } = exported;
let at = exported.at ?? views.length - 1;

const watch = makeWatch({
  read: () => ({ views, at, processes: spec.processes, sought: sought ?? spec.property, unavoidable: unavoidable ?? null }),
  onStep(step) {
    at = step;
    watch.draw();
    if (!watch.clock.isPlaying) say(tell(views, at));
  },
});

/** @type {import("synod/keys.js").Shortcut[]} */
const shortcuts = [
  ...watch.shortcuts,
  { keys: ["D"], shown: "Shift D", what: "light or dark", act: nextTheme },
  { keys: ["?"], shown: "?", what: "these keys", act: () => openKeys(shortcuts, false) },
];

const tools = h(
  "div",
  { class: "tools" },
  h("button", { type: "button", class: "quiet", "aria-label": "Light or dark", title: "Light or dark (Shift+D)", onclick: nextTheme }, icon("theme")),
  h("button", { type: "button", class: "quiet", "aria-label": "Keys", title: "Keys (?)", onclick: () => openKeys(shortcuts, false) }, "?"),
);
document.title = `${spec.name} · Synod`;
document.body.append(
  h("header", { class: "top" }, heading(spec), tools),
  notices,
  h("main", { class: "played" }, watch.stage.now, watch.stage.picture),
  watch.bar.element,
);
listen(shortcuts, () => false);
watch.draw();
