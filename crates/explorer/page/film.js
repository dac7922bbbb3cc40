// @ts-check
/**
 * @file A film: all that was tried from one initial state, as a tree, and the state that is shown.
 * A film never changes; every function returns a new one.
 */

/** @typedef {import("synod/types").View} View */

/**
 * A state that was reached. `parent` and `step` are null for the initial state; `next` is the child that the
 * line follows.
 * @typedef {{ id: number, parent: number | null, step: string | null, view: View, children: number[], next: number | null }} Entry
 */

/**
 * `at` is the entry that is shown; `past` and `future` are the entries for undo and redo.
 * @typedef {{ entries: Entry[], at: number, past: number[], future: number[] }} Film
 */

/**
 * A part of the tree without a branch: its first and its last entry, and the parts that branch off its end.
 * @typedef {{ first: Entry, last: Entry, length: number, isOnLine: boolean, isShown: boolean, branches: Part[] }} Part
 */

/**
 * A film that shows an initial state.
 * @param {View} view
 * @returns {Film}
 */
export function begin(view) {
  return { entries: [{ id: 0, parent: null, step: null, view, children: [], next: null }], at: 0, past: [], future: [] };
}

/**
 * @param {Film} film
 * @param {number} id
 * @returns {Entry}
 */
export function entry(film, id) {
  const found = film.entries[id];
  if (!found) throw new RangeError(`the film has no entry ${id}`);
  return found;
}

/**
 * The entries from the initial state to this one.
 * @param {Film} film
 * @param {number} [id]
 * @returns {Entry[]}
 */
export function ancestry(film, id = film.at) {
  const found = [];
  for (let at = /** @type {number | null} */ (id); at !== null; at = entry(film, at).parent) {
    found.push(entry(film, at));
  }
  return found.reverse();
}

/**
 * The line that is played: from the initial state through the entry that is shown to an end.
 * @param {Film} film
 * @returns {Entry[]}
 */
export function line(film) {
  const found = ancestry(film);
  for (let at = entry(film, film.at).next; at !== null; at = entry(film, at).next) found.push(entry(film, at));
  return found;
}

/**
 * The number of steps from the initial state to the entry that is shown.
 * @param {Film} film
 */
export function position(film) {
  return ancestry(film).length - 1;
}

/**
 * The names of the steps to an entry.
 * @param {Film} film
 * @param {number} [id]
 * @returns {string[]}
 */
export function steps(film, id = film.at) {
  return ancestry(film, id).flatMap((one) => (one.step === null ? [] : [one.step]));
}

/**
 * Shows an entry; undo does not return from here.
 * @param {Film} film
 * @param {number} id
 * @returns {Film}
 */
export function show(film, id) {
  const entries = film.entries.slice();
  const way = ancestry(film, id);
  way.forEach((one, i) => {
    const next = way[i + 1];
    if (next && one.next !== next.id) entries[one.id] = { ...one, next: next.id };
  });
  return { ...film, entries, at: id };
}

/**
 * Shows an entry; undo returns to the one that was shown before.
 * @param {Film} film
 * @param {number} id
 * @returns {Film}
 */
export function goTo(film, id) {
  if (id === film.at) return film;
  return { ...show(film, id), past: [...film.past, film.at], future: [] };
}

/**
 * The child of an entry by this step, if it was tried.
 * @param {Film} film
 * @param {string} step
 * @param {number} [id]
 * @returns {Entry | null}
 */
export function tried(film, step, id = film.at) {
  const children = entry(film, id).children.map((child) => entry(film, child));
  return children.find((child) => child.step === step) ?? null;
}

/**
 * Adds a child without showing it.
 * @param {Film} film
 * @param {number} parent
 * @param {string} step
 * @param {View} view
 * @returns {[Film, number]}
 */
function add(film, parent, step, view) {
  const old = tried(film, step, parent);
  if (old) return [film, old.id];
  const id = film.entries.length;
  const entries = [...film.entries, { id, parent, step, view, children: [], next: null }];
  const above = entry(film, parent);
  entries[parent] = { ...above, children: [...above.children, id] };
  return [{ ...film, entries }, id];
}

/**
 * Takes a step from the entry that is shown. What was tried before stays in the tree.
 * @param {Film} film
 * @param {string} step
 * @param {View} view
 * @returns {Film}
 */
export function take(film, step, view) {
  const [longer, id] = add(film, film.at, step, view);
  return goTo(longer, id);
}

/**
 * Adds a whole run from the initial state, and shows its state `at`.
 * @param {Film} film
 * @param {string[]} names The names of its steps.
 * @param {View[]} views Its views; the first is the initial state.
 * @param {number} [at] The last one, if this is left out.
 * @returns {Film}
 */
export function load(film, names, views, at = views.length - 1) {
  const way = [0];
  let longer = film;
  views.slice(1).forEach((view, i) => {
    const [next, id] = add(longer, way[i] ?? 0, names[i] ?? view.action ?? "", view);
    longer = next;
    way.push(id);
  });
  const shown = way[Math.max(0, Math.min(at, way.length - 1))] ?? 0;
  return goTo(through(longer, way), shown);
}

/**
 * Lets the line follow a way, without showing another entry.
 * @param {Film} film
 * @param {number[]} way
 * @returns {Film}
 */
function through(film, way) {
  const end = way[way.length - 1] ?? 0;
  return { ...show(film, end), at: film.at };
}

/** @param {Film} film @returns {Film} */
export function undo(film) {
  const id = film.past[film.past.length - 1];
  if (id === undefined) return film;
  return { ...show(film, id), past: film.past.slice(0, -1), future: [...film.future, film.at] };
}

/** @param {Film} film @returns {Film} */
export function redo(film) {
  const id = film.future[film.future.length - 1];
  if (id === undefined) return film;
  return { ...show(film, id), past: [...film.past, film.at], future: film.future.slice(0, -1) };
}

/**
 * Another step that was tried at the same place: the one `by` places further.
 * @param {Film} film
 * @param {number} by
 * @returns {Film}
 */
export function sibling(film, by) {
  const { parent } = entry(film, film.at);
  if (parent === null) return film;
  const all = entry(film, parent).children;
  const place = all.indexOf(film.at) + by;
  return goTo(film, all[(place + all.length) % all.length] ?? film.at);
}

/**
 * The tree of what was tried.
 * @param {Film} film
 * @param {number} [id]
 * @returns {Part}
 */
export function tree(film, id = 0) {
  const shown = new Set(line(film).map((one) => one.id));
  const first = entry(film, id);
  let last = first;
  let length = 1;
  let isShown = last.id === film.at;
  while (last.children.length === 1) {
    last = entry(film, last.children[0] ?? 0);
    length += 1;
    isShown ||= last.id === film.at;
  }
  const branches = last.children.map((child) => tree(film, child));
  return { first, last, length, isOnLine: shown.has(id), isShown, branches };
}

/**
 * The position of the first view of a run that breaks a claim (any claim, if none is named); -1 if there is none.
 * @param {View[]} views
 * @param {string | null} [claim]
 */
export function breaks(views, claim = null) {
  return views.findIndex((view) => view.violations.some((one) => claim === null || one.claim === claim));
}

/**
 * The claims that a step breaks: those that do not hold after it, and held before.
 * @param {View[]} views
 * @param {number} at
 * @returns {string[]}
 */
export function newlyBroken(views, at) {
  const before = new Set(views[at - 1]?.violations.map((one) => one.claim));
  return (views[at]?.violations ?? []).map((one) => one.claim).filter((claim) => !before.has(claim));
}

/** @typedef {{ at: number, kind: "violation" | "objection" | "unavoidable", text: string }} Mark */

/**
 * What is marked on the scrubber.
 * @param {View[]} views
 * @param {number | null} [unavoidable] The step after which the violation cannot be avoided.
 * @returns {Mark[]}
 */
export function marks(views, unavoidable = null) {
  /** @type {Mark[]} */
  const found = [];
  views.forEach((view, at) => {
    const broken = newlyBroken(views, at);
    if (broken.length > 0) found.push({ at, kind: "violation", text: `breaks ${broken.join(", ")}` });
    if (view.objection) found.push({ at, kind: "objection", text: "the paper’s rule forbids this step" });
  });
  if (unavoidable !== null && unavoidable < views.length) {
    found.push({ at: unavoidable, kind: "unavoidable", text: "from here the violation can no longer be avoided" });
  }
  return found;
}
