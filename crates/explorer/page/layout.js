// @ts-check
/**
 * @file From the views of a run to the parts of its space-time diagram: lanes, rows and arrows.
 * Where they are drawn is computed in `places.js`.
 */

import { latin } from "synod/names.js";
import { differences, inLine, isSame } from "synod/values.js";

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/types").Field} Field */
/** @typedef {import("synod/types").Message} Message */
/** @typedef {import("synod/types").Happening} Happening */

/** @typedef {{ process: string, latin: string | null }} Lane */
/** @typedef {{ lane: number, text: string }} Note What a step wrote in the ledger of a process. */
/**
 * @typedef {object} Row A step: row `i` is the step to view `i`; row 0 is the initial state.
 * @property {number} index
 * @property {number | null} lane The lane of the process that takes the step.
 * @property {[number, number] | null} between The two lanes whose session ends.
 * @property {Happening} happens
 * @property {string} label What is done, in short.
 * @property {string} action What is done, in full.
 * @property {Note[]} notes
 * @property {boolean[]} presides For each lane: whether its process thinks that it presides, after the step.
 * @property {string[]} violated The claims that do not hold after the step.
 * @property {string[]} broken Those of them that held before it.
 * @property {string[]} witnesses What is wrong, a sentence for each claim.
 * @property {string | null} objection
 */
/**
 * @typedef {object} Arrow A message that arrived.
 * @property {Message} message
 * @property {string} key
 * @property {{ lane: number | null, row: number | null }} from No row if it was sent before the run; no lane if nobody knows by whom.
 * @property {{ lane: number, row: number }} to
 * @property {boolean} isCopy Whether the same message arrived here before.
 */
/** @typedef {{ lanes: Lane[], rows: Row[], arrows: Arrow[] }} SpaceTime */
/**
 * @typedef {object} Open A message that may arrive.
 * @property {Message} message
 * @property {string} key
 * @property {number} copies
 * @property {{ lane: number | null, row: number | null }} from
 * @property {{ lane: number, hasArrived: boolean }[]} to Where it may arrive, and whether it arrived there before.
 */

const PRESIDES = new Set(["trying", "polling", "presiding"]);

/**
 * What identifies a message, as one text.
 * @param {Message} message
 * @returns {string}
 */
export function messageKey({ name, from, to }) {
  return JSON.stringify([name, from, to]);
}

/**
 * The space-time diagram of a run.
 * @param {View[]} views
 * @param {string[]} [processes] In the order of the lanes; those that the views name besides follow.
 * @returns {SpaceTime}
 */
export function spaceTime(views, processes = []) {
  const names = namesOf(views, processes);
  const lanes = names.map((process) => ({ process, latin: latin(process) }));
  const laneOf = new Map(names.map((process, lane) => [process, lane]));
  const rows = views.map((view, index) => rowOf(view, views[index - 1], index, laneOf));
  return { lanes, rows, arrows: arrowsOf(views, laneOf) };
}

/**
 * The messages that may arrive after step `at`, each once.
 * @param {View[]} views
 * @param {SpaceTime} diagram
 * @param {number} at
 * @returns {Open[]}
 */
export function openMessages(views, { lanes, arrows }, at) {
  const laneOf = new Map(lanes.map(({ process }, lane) => [process, lane]));
  const arrived = new Set(arrows.filter(({ to }) => to.row <= at).map(({ key, to }) => `${to.lane} ${key}`));
  const sent = sendsOf(views.slice(0, at + 1));
  /** @type {Map<string, Open>} */
  const open = new Map();
  for (const message of views[at]?.messages ?? []) {
    const key = messageKey(message);
    const same = open.get(key);
    if (same) {
      same.copies += 1;
      continue;
    }
    const row = sent.get(key)?.at(-1) ?? null;
    const may = message.to.length === 0 ? lanes.map((_, lane) => lane) : lanesOf(message.to, laneOf);
    const to = may.map((lane) => ({ lane, hasArrived: arrived.has(`${lane} ${key}`) }));
    open.set(key, {
      message,
      key,
      copies: 1,
      from: { lane: senderOf(message, row, views, laneOf), row },
      to,
    });
  }
  // The earliest first: their dashed lines then cross least.
  return [...open.values()].sort((one, other) => (one.from.row ?? 0) - (other.from.row ?? 0));
}

/**
 * @param {View[]} views
 * @param {string[]} processes
 */
function namesOf(views, processes) {
  const names = new Set(processes);
  for (const { fields } of views.slice(0, 1))
    for (const { process } of fields) if (process) names.add(process);
  for (const { process } of views) if (process) names.add(process);
  return [...names];
}

/**
 * @param {View} view
 * @param {View | undefined} before
 * @param {number} index
 * @param {Map<string, number>} laneOf
 * @returns {Row}
 */
function rowOf(view, before, index, laneOf) {
  const earlier = new Set(before?.violations.map(({ claim }) => claim));
  const violated = view.violations.map(({ claim }) => claim);
  return {
    index,
    lane: (view.process === null ? null : laneOf.get(view.process)) ?? null,
    between: view.happens === "session-ends" ? betweenOf(view, laneOf) : null,
    happens: view.happens,
    label: labelOf(view),
    action: view.action ?? "the initial state",
    notes: before ? notesOf(before, view, laneOf) : [],
    presides: presidesOf(view, laneOf),
    violated,
    broken: violated.filter((claim) => !earlier.has(claim)),
    witnesses: view.violations.map(({ claim, witness }) => `${claim}: ${witness}`),
    objection: view.objection,
  };
}

/**
 * Whether a process crashes, with or without its ledger.
 * @param {string} happens
 */
export const isCrash = (happens) => happens === "crash" || happens === "loses-ledger";

/**
 * What is done. The sender of a message that arrives is left out: the arrow shows it.
 * @param {View} view
 */
function labelOf({ does, action, receives, happens }) {
  const text = does ?? action ?? "";
  if (isCrash(happens) && !/crash/i.test(text)) return `${text}: crash`;
  const from = receives?.from;
  return from ? text.replace(` from ${from}`, "") : text;
}

/**
 * The two lanes that the name of the step mentions.
 * @param {View} view
 * @param {Map<string, number>} laneOf
 * @returns {[number, number] | null}
 */
function betweenOf({ action }, laneOf) {
  const words = (action ?? "").split(/[^\p{L}\p{N}_]+/u);
  const [one, other] = [...laneOf].filter(([process]) => words.includes(process)).map(([, lane]) => lane);
  return one === undefined || other === undefined ? null : [one, other];
}

/**
 * @param {View} before
 * @param {View} after
 * @param {Map<string, number>} laneOf
 * @returns {Note[]}
 */
function notesOf(before, after, laneOf) {
  const nameOf = (/** @type {Field} */ field) => `${field.process} ${field.key}`;
  const ledger = before.fields.filter(({ part }) => part === "ledger");
  const old = new Map(ledger.map((field) => [nameOf(field), field.value]));
  return after.fields.flatMap((field) => {
    const lane = laneOf.get(field.process ?? "");
    const value = old.get(nameOf(field));
    if (lane === undefined || value === undefined || isSame(value, field.value)) return [];
    return differences(value, field.value).map((difference) => ({ lane, text: noteOf(field, difference) }));
  });
}

/**
 * @param {Field} field
 * @param {import("synod/values.js").Difference} difference
 */
function noteOf({ variable, value }, { path, before, after }) {
  const name = path ? `${variable}.${path}` : variable;
  if (typeof value === "string") return `${name} ${after || inLine(value)}`;
  return after ? `${name} + ${after}` : `${name} − ${before}`;
}

/**
 * Which processes think that they preside.
 * @param {View} view
 * @param {Map<string, number>} laneOf The place of each process in the answer.
 * @returns {boolean[]}
 */
export function presidesOf({ fields }, laneOf) {
  const presides = [...laneOf].map(() => false);
  const isSaid = new Set();
  for (const { process, key, value } of fields) {
    const lane = laneOf.get(process ?? "");
    if (lane === undefined) continue;
    if (key === "president") {
      presides[lane] = value === "yes";
      isSaid.add(lane);
    } else if (key === "status" && !isSaid.has(lane)) {
      presides[lane] = typeof value === "string" && PRESIDES.has(value);
    }
  }
  return presides;
}

/**
 * The rows in which each message is sent.
 * @param {View[]} views
 * @returns {Map<string, number[]>}
 */
function sendsOf(views) {
  /** @type {Map<string, number[]>} */
  const sent = new Map();
  views.forEach(({ sends }, row) => {
    for (const message of sends) {
      const key = messageKey(message);
      const rows = sent.get(key);
      if (!rows) sent.set(key, [row]);
      else if (rows.at(-1) !== row) rows.push(row);
    }
  });
  return sent;
}

/**
 * An arrow for each message that arrives. A message that is sent several times arrives at a process
 * from the earliest sending that has not arrived there yet; if all have, it is a copy of the latest.
 * @param {View[]} views
 * @param {Map<string, number>} laneOf
 * @returns {Arrow[]}
 */
function arrowsOf(views, laneOf) {
  const sent = sendsOf(views);
  /** @type {Map<string, number>} */
  const arrivals = new Map();
  return views.flatMap((view, row) => {
    const lane = laneOf.get(view.process ?? "");
    if (!view.receives || lane === undefined) return [];
    const key = messageKey(view.receives);
    const count = arrivals.get(`${lane} ${key}`) ?? 0;
    arrivals.set(`${lane} ${key}`, count + 1);
    const earlier = (sent.get(key) ?? []).filter((other) => other < row);
    const sentIn = earlier[count] ?? earlier.at(-1) ?? null;
    const from = { lane: senderOf(view.receives, sentIn, views, laneOf), row: sentIn };
    return [
      { message: view.receives, key, from, to: { lane, row }, isCopy: count >= Math.max(earlier.length, 1) },
    ];
  });
}

/**
 * @param {Message} message
 * @param {number | null} row The row in which it was sent.
 * @param {View[]} views
 * @param {Map<string, number>} laneOf
 * @returns {number | null}
 */
function senderOf(message, row, views, laneOf) {
  const process = message.from ?? (row === null ? null : views[row]?.process);
  return laneOf.get(process ?? "") ?? null;
}

/**
 * @param {string[]} processes
 * @param {Map<string, number>} laneOf
 */
function lanesOf(processes, laneOf) {
  return processes.flatMap((process) => laneOf.get(process) ?? []);
}
