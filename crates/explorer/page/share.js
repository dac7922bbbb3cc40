// @ts-check
/** @file A run as a link: a place and a position in it, in the part of the address after `#`. */

/** @typedef {import("synod/types").Begin} Begin */

/**
 * What a link names. `end` is the id of the last state, by which a changed spec is noticed; `at` is the step that
 * is shown.
 * @typedef {{ spec: string, begin: Begin | null, steps: string[], end: string | null, at: number }} Link
 */

/**
 * @param {Link} link
 * @returns {string} With the `#`.
 */
export function encode({ spec, begin, steps, end, at }) {
  const fields = new URLSearchParams({ spec });
  if (begin) {
    fields.set("number", String(begin.number));
    fields.set("id", begin.id);
  }
  for (const step of steps) fields.append("step", step);
  if (end) fields.set("end", end);
  if (at !== steps.length) fields.set("at", String(at));
  return `#${fields}`;
}

/**
 * @param {string} hash With or without the `#`.
 * @returns {Link | null} Null if it names no spec.
 */
export function decode(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const spec = fields.get("spec");
  if (!spec) return null;
  const steps = fields.getAll("step");
  return { spec, begin: beginOf(fields), steps, end: fields.get("end"), at: positionOf(fields.get("at"), steps.length) };
}

/**
 * @param {URLSearchParams} fields
 * @returns {Begin | null}
 */
function beginOf(fields) {
  const number = Number(fields.get("number") ?? NaN);
  const id = fields.get("id");
  return Number.isSafeInteger(number) && id ? { number, id } : null;
}

/**
 * @param {string | null} text
 * @param {number} last
 */
function positionOf(text, last) {
  const at = Number(text ?? NaN);
  return Number.isSafeInteger(at) && at >= 0 && at <= last ? at : last;
}
