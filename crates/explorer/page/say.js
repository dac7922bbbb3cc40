// @ts-check
/** @file What happened: told to screen readers, and, where it asks for something, shown in a notice. */

import { h } from "synod/dom.js";
import { sentence } from "synod/words.js";

const live = h("div", { class: "unseen", "aria-live": "polite" });

/** The elements that the page has for this: notices, and the text that only screen readers have. */
export const notices = h("div", { class: "notices" });
notices.append(live);

/**
 * Tells screen readers.
 * @param {string} text
 */
export function say(text) {
  live.textContent = text;
}

/**
 * Shows a notice until it is closed. A second one of the same kind replaces the first.
 * @param {"problem" | "result" | "progress"} kind
 * @param {...import("synod/dom.js").Child} content
 * @returns {HTMLElement}
 */
export function notice(kind, ...content) {
  dismiss(kind);
  const close = () => element.remove();
  const element = h(
    "div",
    { class: `notice ${kind}`, "data-kind": kind, role: kind === "problem" ? "alert" : "status" },
    h("div", {}, ...content),
    kind === "progress" ? null : h("button", { type: "button", class: "quiet", "aria-label": "Close this notice", onclick: close }, "✕"),
  );
  notices.append(element);
  return element;
}

/**
 * Takes the notices of a kind away; all of them, if none is named.
 * @param {string} [kind]
 */
export function dismiss(kind) {
  for (const element of notices.querySelectorAll(kind ? `[data-kind="${kind}"]` : "[data-kind]")) element.remove();
}

/**
 * Tells an error in words.
 * @param {unknown} error
 */
export function problem(error) {
  const message = error instanceof Error ? error.message : String(error);
  const help = error instanceof Error && "help" in error ? error.help : null;
  notice("problem", h("strong", {}, sentence(message)), typeof help === "string" ? ` ${sentence(help)}` : null);
}

/**
 * Runs an act, and tells in words what goes wrong.
 * @param {() => Promise<unknown>} act
 */
export function doing(act) {
  dismiss("problem");
  act().catch(problem);
}
