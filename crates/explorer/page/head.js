// @ts-check
/** @file The head of the explorer: the spec, what to do first, and the tools. */

import { h } from "synod/dom.js";
import { firstButton, heading } from "synod/heading.js";
import { icon } from "synod/icons.js";

/** @typedef {{ onChoose: () => void, onBreak: () => void, onCheck: () => void, onBegin: () => void, onCompare: () => void, onShare: () => void, onTheme: () => void, onKeys: () => void }} HeadActions */

/**
 * @param {import("synod/types").Spec | null} spec
 * @param {HeadActions} on
 * @returns {HTMLElement[]}
 */
export function head(spec, on) {
  const pick = h(
    "button",
    { type: "button", class: "pick", "aria-keyshortcuts": "/", title: "Choose another spec (/)", onclick: on.onChoose },
    spec?.name ?? "Choose a spec",
    h("span", { "aria-hidden": "true" }, " ▾"),
  );
  const first = spec && firstButton(spec, on);
  return [spec ? heading(spec, { name: pick, first }) : h("div", { class: "spec" }, h("div", { class: "title" }, h("h1", {}, pick))), tools(spec, on)];
}

/**
 * @param {import("synod/types").Spec | null} spec
 * @param {HeadActions} on
 */
function tools(spec, on) {
  return h(
    "div",
    { class: "tools" },
    spec?.initial ? h("button", { type: "button", onclick: on.onBegin }, "Another initial state") : null,
    spec?.paper ? h("button", { type: "button", "aria-keyshortcuts": "Shift+P", onclick: on.onCompare }, "Compare with the paper") : null,
    spec ? h("button", { type: "button", "aria-keyshortcuts": "Shift+S", onclick: on.onShare }, "Share") : null,
    h("button", { type: "button", class: "quiet", "aria-label": "Light or dark", title: "Light or dark (Shift+D)", onclick: on.onTheme }, icon("theme")),
    h("button", { type: "button", class: "quiet", "aria-label": "Keys", title: "Keys (?)", onclick: on.onKeys }, "?"),
  );
}
