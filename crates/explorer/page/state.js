// @ts-check
/**
 * @file A state as cards: a card for each process with its ledger, its slip and what else it has, and
 * one for what belongs to everybody. What changed since another view is marked. Or the same as a table.
 */

import { h } from "synod/dom.js";
import { presidesOf } from "synod/layout.js";
import { latin } from "synod/names.js";
import { named, scrolled } from "synod/tables.js";
import { differences, inLine, isEmpty, isSame, lines, parse } from "synod/values.js";

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/types").Field} Field */
/** @typedef {import("synod/types").Part} Part */
/** @typedef {import("synod/types").Value} Value */
/** @typedef {{ field: Field, old: Value | undefined }} Shown A field, and its value before if that was another. */
/** @typedef {{ part: Part, fields: Shown[] }} Group */
/** @typedef {{ process: string | null, groups: Group[] }} Card */

/**
 * @typedef {object} Options
 * @property {string[]} [processes] In the order of the cards.
 * @property {View | null} [before] The view with which this one is compared.
 * @property {string} [filter] Words; a field is shown if each of them is in its name or that of its process.
 * @property {boolean} [table] Whether to show a table.
 */

const HEADS = /** @type {const} */ ({ ledger: "ledger", slip: "slip of paper" });
const MEANINGS = /** @type {const} */ ({
  ledger: "durable: it outlives a crash",
  slip: "volatile: a crash loses it",
});
/** A text of more characters than this is broken into lines. */
const LONG = 36;

/**
 * @param {View} view
 * @param {Options} [options]
 * @returns {HTMLElement}
 */
export function cards(view, options = {}) {
  if (view.fields.length === 0) return h("p", { class: "no-state" }, "There is no state: the step panicked.");
  const all = cardsOf(view, options);
  if (all.length === 0)
    return h("p", { class: "no-state" }, `No variable and no process is named “${options.filter}”.`);
  return options.table
    ? tableOf(all)
    : h("div", { class: "cards" }, ...all.map((card) => cardOf(card, view)));
}

/**
 * The fields of a view in cards. The last card is that of everybody.
 * @param {View} view
 * @param {Options} [options]
 * @returns {Card[]}
 */
export function cardsOf({ fields }, { processes = [], before, filter = "" } = {}) {
  const old = new Map((before?.fields ?? []).map((field) => [idOf(field), field.value]));
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  /** @type {Map<string | null, Shown[]>} */
  const shown = new Map(processes.map((process) => [process, []]));
  for (const field of fields.filter((field) => matches(field, words))) {
    const value = old.get(idOf(field));
    const isChanged = value !== undefined && !isSame(value, field.value);
    const of = shown.get(field.process) ?? [];
    of.push({ field, old: isChanged ? value : undefined });
    shown.set(field.process, of);
  }
  const order = [...shown.keys()].filter((process) => process !== null);
  return [...order, null]
    .map((process) => ({ process, groups: groupsOf(shown.get(process) ?? []) }))
    .filter(({ groups }) => groups.length > 0);
}

/** @param {Field} field */
function idOf({ process, key }) {
  return JSON.stringify([process, key]);
}

/**
 * @param {Field} field
 * @param {string[]} words
 */
function matches({ variable, key, process, part }, words) {
  const names = [variable, key, process ?? "everybody", latin(process ?? "") ?? "", part ?? ""].map((name) =>
    name.toLowerCase(),
  );
  return words.every((word) => names.some((name) => name.includes(word)));
}

/**
 * @param {Shown[]} fields
 * @returns {Group[]}
 */
function groupsOf(fields) {
  const parts = /** @type {Part[]} */ (["ledger", "slip", null]);
  return parts
    .map((part) => ({ part, fields: fields.filter(({ field }) => field.part === part) }))
    .filter(({ fields }) => fields.length > 0);
}

/**
 * @param {Card} card
 * @param {View} view
 */
function cardOf({ process, groups }, view) {
  const presides = process !== null && presidesOf(view, new Map([[process, 0]]))[0];
  const isChanged = groups.some(({ fields }) => fields.some(({ old }) => old !== undefined));
  return h(
    "section",
    {
      class: ["card", presides && "presides", isChanged && "changed", process === null && "everybody"]
        .filter(Boolean)
        .join(" "),
    },
    h(
      "h3",
      {},
      process === null ? "everybody" : named(process),
      presides && h("span", { class: "badge" }, "thinks that it presides"),
    ),
    ...groups.map(groupOf),
  );
}

/** @param {Group} group */
function groupOf({ part, fields }) {
  return h(
    "div",
    { class: `part ${part ?? "other"}` },
    part && h("h4", { title: MEANINGS[part] }, HEADS[part]),
    h("dl", {}, ...fields.map(fieldOf)),
  );
}

/** @param {Shown} shown */
function fieldOf({ field, old }) {
  const { variable, key, value } = field;
  const isLong = typeof value !== "string" ? inLine(value).length > LONG : value.length > LONG;
  const classes = [
    "field",
    old !== undefined && "changed",
    isEmpty(value) && old === undefined && "quiet",
    isLong && "long",
  ];
  return h(
    "div",
    { class: classes.filter(Boolean).join(" ") },
    h("dt", { title: key === variable ? null : key }, variable),
    h("dd", {}, valueOf(value, old)),
  );
}

/**
 * @param {Value} value
 * @param {Value | undefined} old
 * @returns {HTMLElement}
 */
function valueOf(value, old) {
  if (typeof value !== "string") return setOf(value, old);
  if (value.length > LONG && "items" in parse(value)) return debugOf(value, old);
  if (old === undefined) return h("span", {}, value || "“”");
  return h("span", {}, h("del", {}, inLine(old)), " → ", h("ins", {}, value || "“”"));
}

/**
 * A set: each element by itself, what was removed struck.
 * @param {string[]} value
 * @param {Value | undefined} old
 */
function setOf(value, old) {
  const before = old === undefined ? value : typeof old === "string" ? [old] : old;
  const removed = before.filter((element) => !value.includes(element));
  const element = (/** @type {string} */ text) =>
    h("li", {}, before.includes(text) ? text : h("ins", {}, text));
  if (value.length === 0 && removed.length === 0) return h("span", {}, "∅");
  return h(
    "ul",
    { class: "set" },
    value.length === 0 && h("li", { class: "empty" }, "∅"),
    ...value.map(element),
    ...removed.map((text) => h("li", {}, h("del", {}, text))),
  );
}

/**
 * A long `Debug` text: what differs, then all of it in lines.
 * @param {string} value
 * @param {Value | undefined} old
 */
function debugOf(value, old) {
  const before = old === undefined ? null : new Set(lines(inLine(old), LONG).map(lineId));
  const changes = old === undefined ? [] : differences(old, value).filter(({ path }) => path !== "");
  return h(
    "div",
    { class: "debug" },
    ...changes.map(({ path, before, after }) =>
      h("p", {}, `${path}: `, h("del", {}, before), " → ", h("ins", {}, after)),
    ),
    ...lines(value, LONG).map((line) => {
      const isNew = before !== null && !before.has(lineId(line));
      return h("code", { style: `--depth: ${line.depth}` }, isNew ? h("ins", {}, line.text) : line.text);
    }),
  );
}

/** @param {import("synod/values.js").Line} line */
function lineId({ depth, text }) {
  return `${depth} ${text}`;
}

/**
 * A row for each variable, a column for each process; then what belongs to everybody.
 * @param {Card[]} all
 */
function tableOf(all) {
  const own = all.filter(({ process }) => process !== null);
  const common = all.filter(({ process }) => process === null);
  return h("div", { class: "state-tables" }, own.length > 0 && byProcess(own), ...common.map(ofEverybody));
}

/** @param {Card[]} own */
function byProcess(own) {
  const shownOf = (/** @type {Card} */ card) =>
    new Map(card.groups.flatMap(({ fields }) => fields.map((shown) => [shown.field.key, shown])));
  const columns = own.map(shownOf);
  const parts = /** @type {Part[]} */ (["ledger", "slip", null]);
  const rows = parts.flatMap((part) => {
    const fields = own.flatMap(({ groups }) =>
      groups.filter((group) => group.part === part).flatMap((group) => group.fields),
    );
    const names = new Map(fields.map(({ field }) => [field.key, field.variable]));
    return [...names].map(([key, name], place) => {
      const begins = part && place === 0 ? h("small", { class: "part-name" }, HEADS[part]) : null;
      const head = h("th", { scope: "row" }, name, begins);
      return h(
        "tr",
        { class: place === 0 ? "begins" : null },
        head,
        ...columns.map((shown) => tableCell(shown.get(key))),
      );
    });
  });
  const heads = own.map(({ process }) => h("th", { scope: "col" }, named(process ?? "")));
  const table = h(
    "table",
    { class: "picture-table state-table" },
    h("thead", {}, h("tr", {}, h("td"), ...heads)),
    h("tbody", {}, ...rows),
  );
  return scrolled("Variables of the processes", table);
}

/** @param {Shown | undefined} shown */
function tableCell(shown) {
  if (!shown) return h("td", { class: "gap" }, "–");
  const { field, old } = shown;
  const classes = [
    old !== undefined && "changed",
    isEmpty(field.value) && old === undefined && "quiet",
  ].filter(Boolean);
  return h("td", { class: classes.join(" ") || null }, valueOf(field.value, old));
}

/** @param {Card} card */
function ofEverybody({ groups }) {
  const shown = groups.flatMap(({ fields }) => fields);
  const rows = shown.map((shown) =>
    h("tr", {}, h("th", { scope: "row" }, shown.field.variable), tableCell(shown)),
  );
  const table = h(
    "table",
    { class: "picture-table state-table" },
    h("caption", {}, "everybody"),
    h("tbody", {}, ...rows),
  );
  return scrolled("Variables of everybody", table);
}
