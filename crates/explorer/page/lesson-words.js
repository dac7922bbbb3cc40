// @ts-check
/** @file Small pieces of text of the lesson. */

import { h } from "synod/dom.js";

/** @typedef {import("synod/dom.js").Child} Child */

/** @param {...Child} content */
export const p = (...content) => h("p", {}, ...content);

/** A word that is defined here. @param {string} word */
export const term = (word) => h("dfn", {}, word);

/** @param {string} text */
export const strong = (text) => h("strong", {}, text);

/** @param {string} text */
export const code = (text) => h("code", {}, text);

/**
 * A list of words and what they mean.
 * @param {[Child, Child][]} rows
 */
export const meanings = (rows) => h("dl", { class: "meanings" }, ...rows.flatMap(([word, meaning]) => [h("dt", {}, word), h("dd", {}, meaning)]));

/**
 * Something that is shown only to those who ask for it.
 * @param {string} summary
 * @param {...Child} content
 */
export const more = (summary, ...content) => h("details", { class: "more" }, h("summary", {}, summary), ...content);

/** A spec of the explorer, as a link. @param {string} name */
export const specLink = (name) => h("a", { href: `#${new URLSearchParams({ spec: name })}`, class: "spec-link" }, name);
