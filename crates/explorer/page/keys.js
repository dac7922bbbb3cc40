// @ts-check
/** @file The keyboard: which key does what, and the window that shows it. */

import { openDialog } from "synod/dialog.js";
import { h } from "synod/dom.js";

/**
 * `keys` as the browser names them, with `Control+` before; a capital letter is one with Shift. `shown` is what the
 * window shows.
 * @typedef {{ keys: string[], shown: string, what: string, act: () => void }} Shortcut
 */

/** What has a meaning of its own for a key, by the element that has the focus. */
const OWN = /** @type {Record<string, string>} */ ({
  " ": "button, summary, a, [role=button], input, select",
  ArrowLeft: "[role=tab], select, input:not([type=range])",
  ArrowRight: "[role=tab], select, input:not([type=range])",
  Home: "select, input:not([type=range])",
  End: "select, input:not([type=range])",
});

/**
 * The name of a key as in `Shortcut`.
 * @param {KeyboardEvent} event
 */
export function nameOf({ key, ctrlKey, metaKey, shiftKey }) {
  if (!ctrlKey && !metaKey) return key;
  return `Control+${shiftKey ? "Shift+" : ""}${key.toLowerCase()}`;
}

/**
 * Whether the element that has the focus takes the key for itself.
 * @param {EventTarget | null} target
 * @param {string} key
 */
function isTaken(target, key) {
  if (!(target instanceof Element)) return false;
  if (document.querySelector("dialog[open]")) return true;
  const writes = target.matches("textarea, input:not([type=range]):not([type=checkbox])");
  if (writes) return key !== "Escape";
  if (target.matches("input[type=range]")) return key.startsWith("Arrow") || key === "Home" || key === "End";
  return target.matches(OWN[key] ?? ":not(*)") || (target.matches("select") && key.length === 1);
}

/**
 * @param {Shortcut[]} shortcuts
 * @param {(key: string) => boolean} onChoice Takes the choice of a digit or a small letter; says whether there is one.
 */
export function listen(shortcuts, onChoice) {
  document.addEventListener("keydown", (event) => {
    const key = nameOf(event);
    if (event.altKey || event.defaultPrevented || isTaken(event.target, event.key)) return;
    const found = shortcuts.find((one) => one.keys.includes(key));
    if (found) found.act();
    else if (event.repeat || !/^[1-9a-z]$/.test(key) || !onChoice(key)) return;
    event.preventDefault();
  });
}

/**
 * @param {Shortcut[]} shortcuts
 * @param {boolean} [hasChoices]
 */
export function openKeys(shortcuts, hasChoices = true) {
  const row = (/** @type {string} */ shown, /** @type {string} */ what) => [h("dt", {}, ...shown.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, what)];
  const choices = hasChoices ? row("1 … 9 a … z", "take the choice with this sign") : [];
  openDialog("Keys", h("dl", { class: "keys" }, ...choices, ...shortcuts.flatMap(({ shown, what }) => row(shown, what))));
}
