// @ts-check
/**
 * @file The values of variables as text: which are empty, how two differ, and how a long
 * Rust `Debug` text is broken into lines.
 */

/** @typedef {import("synod/types").Value} Value */
/** @typedef {{ text: string }} Leaf What has no parts, as it is written. */
/** @typedef {{ open: string, close: string, isSpaced: boolean, items: Item[] }} Group Parts in brackets; `open` begins with the name of a struct. */
/** @typedef {{ name: string | null, value: Debug }} Item */
/** @typedef {Leaf | Group} Debug A `Debug` text in its parts. */
/** @typedef {{ path: string, before: string, after: string }} Difference */
/** @typedef {{ depth: number, text: string }} Line */

const CLOSES = /** @type {Record<string, string>} */ ({ "{": "}", "[": "]", "(": ")" });
const EMPTY = new Set([
  "",
  "−∞",
  "-∞",
  "blank",
  "none",
  "no",
  "∅",
  "{}",
  "[]",
  "()",
  "0 decrees",
  "nothing after 0 decrees",
]);

/**
 * The value in one line.
 * @param {Value} value
 * @returns {string}
 */
export function inLine(value) {
  if (typeof value === "string") return value;
  return value.length === 0 ? "∅" : `{${value.join(", ")}}`;
}

/**
 * Whether a value says that nothing is set, so that the eye can pass over it.
 * @param {Value} value
 */
export function isEmpty(value) {
  return typeof value === "string" ? EMPTY.has(value.toLowerCase()) : value.length === 0;
}

/**
 * @param {Value} one
 * @param {Value} other
 */
export function isSame(one, other) {
  return inLine(one) === inLine(other) && typeof one === typeof other;
}

/**
 * The parts of a `Debug` text. What is not understood stays one text.
 * @param {string} text
 * @returns {Debug}
 */
export function parse(text) {
  const reader = { text, at: 0 };
  const debug = readValue(reader, "");
  return debug && reader.at === text.length ? debug : { text };
}

/** @typedef {{ text: string, at: number }} Reader */

/**
 * Reads one value, up to a comma, a colon that names it, or the bracket that closes the group.
 * @param {Reader} reader
 * @param {string} close
 * @returns {Debug | null} Null if brackets or quotes do not match.
 */
function readValue(reader, close) {
  const begin = reader.at;
  let hasGroup = false;
  while (reader.at < reader.text.length) {
    const character = reader.text.charAt(reader.at);
    if (character === close || (close && (character === "," || isColon(reader)))) break;
    if (character === '"' || isCharacter(reader)) {
      if (!skipQuoted(reader, character)) return null;
    } else if (CLOSES[character]) {
      const group = readGroup(reader, reader.text.slice(begin, reader.at), character);
      skipSpace(reader);
      if (!group || (isEnd(reader, close) && !hasGroup)) return group;
      // More text follows the bracket: no Debug text does that; it is kept as it is.
      hasGroup = true;
    } else if ("}])".includes(character)) {
      return null;
    } else {
      reader.at += 1;
    }
  }
  return { text: reader.text.slice(begin, reader.at).trim() };
}

/**
 * @param {Reader} reader At the opening bracket.
 * @param {string} name What stands before it.
 * @param {string} bracket
 * @returns {Group | null}
 */
function readGroup(reader, name, bracket) {
  const close = CLOSES[bracket] ?? "";
  /** @type {Item[]} */
  const items = [];
  reader.at += 1;
  const isSpaced = reader.text.charAt(reader.at) === " ";
  for (;;) {
    skipSpace(reader);
    if (reader.at >= reader.text.length) return null;
    if (reader.text.charAt(reader.at) === close) break;
    const item = readItem(reader, close);
    if (!item) return null;
    items.push(item);
    if (reader.text.charAt(reader.at) === ",") reader.at += 1;
  }
  reader.at += 1;
  return { open: name.trimStart() + bracket, close, isSpaced, items };
}

/**
 * @param {Reader} reader
 * @param {string} close
 * @returns {Item | null}
 */
function readItem(reader, close) {
  const first = readValue(reader, close);
  if (!first || !isColon(reader)) return first && { name: null, value: first };
  reader.at += 1;
  skipSpace(reader);
  const value = readValue(reader, close);
  return value && { name: flat(first), value };
}

/** @param {Reader} reader */
function isColon({ text, at }) {
  return text.charAt(at) === ":" && text.charAt(at + 1) === " ";
}

/** @param {Reader} reader Whether a quoted character begins here; an apostrophe alone does not. */
function isCharacter({ text, at }) {
  return /^'(\\.[^']*|[^'\\])'/u.test(text.slice(at, at + 14));
}

/**
 * @param {Reader} reader
 * @param {string} quote
 */
function skipQuoted(reader, quote) {
  for (reader.at += 1; reader.at < reader.text.length; reader.at += 1) {
    const character = reader.text.charAt(reader.at);
    if (character === "\\") reader.at += 1;
    else if (character === quote) {
      reader.at += 1;
      return true;
    }
  }
  return false;
}

/** @param {Reader} reader */
function skipSpace(reader) {
  while (/\s/.test(reader.text.charAt(reader.at))) reader.at += 1;
}

/**
 * @param {Reader} reader
 * @param {string} close
 */
function isEnd(reader, close) {
  const next = reader.text.charAt(reader.at);
  return next === close || (close !== "" && (next === "," || isColon(reader)));
}

/**
 * A `Debug` text in one line.
 * @param {Debug} debug
 * @returns {string}
 */
export function flat(debug) {
  if ("text" in debug) return debug.text;
  const space = debug.isSpaced ? " " : "";
  if (debug.items.length === 0) return debug.open + debug.close;
  return debug.open + space + debug.items.map(flatItem).join(", ") + space + debug.close;
}

/** @param {Item} item */
function flatItem({ name, value }) {
  return (name === null ? "" : `${name}: `) + flat(value);
}

/**
 * A `Debug` text in lines: a group that is longer than `width` has a line for each part.
 * @param {string} text
 * @param {number} [width] In characters.
 * @returns {Line[]}
 */
export function lines(text, width = 40) {
  /** @type {Line[]} */
  const all = [];
  const add = (/** @type {Debug} */ debug, /** @type {string} */ before, /** @type {number} */ depth) => {
    const line = before + flat(debug);
    if ("text" in debug || line.length + 2 * depth <= width || debug.items.length === 0) {
      all.push({ depth, text: line });
      return;
    }
    all.push({ depth, text: before + debug.open });
    for (const { name, value } of debug.items) add(value, name === null ? "" : `${name}: `, depth + 1);
    all.push({ depth, text: debug.close });
  };
  add(parse(text), "", 0);
  return all;
}

/**
 * How two values differ: of two `Debug` texts of one struct only the fields that differ, of two
 * sets what was removed and what was added.
 * @param {Value} before
 * @param {Value} after
 * @returns {Difference[]} The path is empty for the value itself.
 */
export function differences(before, after) {
  if (typeof before !== "string" && typeof after !== "string") {
    const removed = before.filter((element) => !after.includes(element));
    const added = after.filter((element) => !before.includes(element));
    return [
      ...removed.map((element) => ({ path: "", before: element, after: "" })),
      ...added.map((element) => ({ path: "", before: "", after: element })),
    ];
  }
  return structDifferences(parse(inLine(before)), parse(inLine(after)), "");
}

/**
 * @param {Debug} before
 * @param {Debug} after
 * @param {string} path
 * @returns {Difference[]}
 */
function structDifferences(before, after, path) {
  if (flat(before) === flat(after)) return [];
  if ("text" in before || "text" in after || !isSameStruct(before, after)) {
    return [{ path, before: flat(before), after: flat(after) }];
  }
  return before.items.flatMap(({ name, value }, place) => {
    const other = after.items[place];
    return other ? structDifferences(value, other.value, path ? `${path}.${name}` : `${name}`) : [];
  });
}

/**
 * @param {Group} one
 * @param {Group} other
 */
function isSameStruct(one, other) {
  const names = (/** @type {Group} */ group) => group.items.map((item) => item.name).join();
  const hasNames = one.items.every((item) => item.name !== null);
  return one.open === other.open && /^\w+ \{$/.test(one.open) && hasNames && names(one) === names(other);
}
