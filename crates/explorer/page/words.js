// @ts-check
/** @file Words and small elements that many parts of the page use. */

import { h } from "synod/dom.js";
import { latin } from "synod/names.js";

/** @param {number} number */
export const grouped = (number) => number.toLocaleString("en");

/**
 * @param {number} number
 * @param {string} one
 * @param {string} [many]
 */
export const plural = (number, one, many = `${one}s`) => `${grouped(number)} ${number === 1 ? one : many}`;

/**
 * A process with its Latin name: "Α Alpha".
 * @param {string | null} process
 */
export function processName(process) {
  if (process === null) return "The system";
  const name = latin(process);
  return name ? `${process} ${name}` : process;
}

/**
 * A button that leads to a step of the film.
 * @param {number} step
 * @param {(step: number) => void} onStep
 * @param {(name: string) => string} [write] How its name is written.
 */
export function stepLink(step, onStep, write = (name) => name) {
  const name = step === 0 ? "the initial state" : `step ${step}`;
  return h("button", { type: "button", class: "link step", onclick: () => onStep(step) }, write(name));
}

/**
 * A key of the keyboard, as a hint beside what it does. Screen readers have `aria-keyshortcuts` instead.
 * @param {string} key
 */
export const keyHint = (key) => h("kbd", { "aria-hidden": "true" }, key);

/**
 * The bounds of a spec, however the server writes them.
 * @param {unknown} bounds
 * @returns {string}
 */
export function inWords(bounds) {
  if (bounds === null || bounds === undefined) return "";
  if (Array.isArray(bounds)) return bounds.map(inWords).join(", ");
  if (typeof bounds !== "object") return String(bounds);
  return Object.entries(bounds).map(([name, value]) => `${name} ${inWords(value)}`).join(", ");
}

/**
 * A text as a sentence: with a full stop, and with a capital if its first word is a plain one (`nextBal` stays).
 * @param {string} text
 */
export function sentence(text) {
  const begun = /^[a-z]+[\s,]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
