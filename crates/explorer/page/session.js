// @ts-check
/**
 * @file The session: which spec and film are open, and what the server is asked for. It knows nothing of elements.
 * An answer that comes after something else was opened is dropped.
 */

import { call } from "synod/api.js";
import { receiving } from "synod/choices.js";
import * as films from "synod/film.js";

/** @typedef {import("synod/types").Spec} Spec */
/** @typedef {import("synod/types").Begin} Begin */
/** @typedef {import("synod/types").Choice} Choice */
/** @typedef {import("synod/types").Changed} Changed */
/** @typedef {import("synod/types").Message} Message */
/** @typedef {import("synod/types").Place} Place */
/** @typedef {import("synod/film.js").Film} Film */
/** @typedef {import("synod/share.js").Link} Link */

/**
 * `sought` is the claim that was searched for; `find` what was found, and the entry that shows it; `doomed` the entry after which it cannot be avoided any more.
 * @typedef {object} State
 * @property {Spec | null} spec
 * @property {Begin | null} begin
 * @property {Film | null} film
 * @property {Message[]} asides
 * @property {Choice[] | null} offered
 * @property {Message | null} delivering
 * @property {string | null} sought
 * @property {{ entry: number, find: import("synod/verdict.js").Find } | null} find
 * @property {number | null} doomed
 * @property {import("synod/compare.js").PaperRun | null} paper
 */

/** @returns {State} */
const nothing = () => ({ spec: null, begin: null, film: null, asides: [], offered: null, delivering: null, sought: null, find: null, doomed: null, paper: null });

/** What a link has led to, where that is not what it names. @typedef {{ changed: Changed | null, isOther: boolean }} Opened */

/** @param {{ changed: () => void, failed: (error: unknown) => void }} on */
export function makeSession(on) {
  let state = nothing();
  /** @type {Map<number, Choice[]>} */
  let known = new Map();
  let opened = 0;

  /** @param {Partial<State>} part */
  function change(part) {
    state = { ...state, ...part };
    on.changed();
  }

  /** @param {Film} film */
  function showFilm(film) {
    if (film === state.film) return;
    change({ film, offered: null, delivering: null });
  }

  /**
   * The place of the entry that is shown, or of the end of the line.
   * @param {string[]} [names]
   * @returns {Place}
   */
  function place(names) {
    const { spec, begin, film } = state;
    return { spec: spec?.name ?? "", begin, steps: names ?? (film ? films.steps(film) : []) };
  }

  /** The names of the steps of the whole line. */
  function lineSteps() {
    return state.film ? films.line(state.film).flatMap((one) => (one.step === null ? [] : [one.step])) : [];
  }

  /**
   * Opens a spec, at its only initial state if it has one.
   * @param {string} name
   */
  async function open(name) {
    const mine = ++opened;
    const spec = await call("spec", { spec: name });
    if (mine !== opened) return;
    known = new Map();
    change({ ...nothing(), spec });
    if (!spec.initial) await load({ begin: null, steps: [], end: null, at: 0 });
  }

  /**
   * Loads a run of the spec that is open.
   * @param {Omit<Link, "spec">} link
   * @returns {Promise<Opened>}
   */
  async function load({ begin, steps, end, at }) {
    const mine = ++opened;
    const run = await call("run", { ...place(steps), begin, from: 0 });
    const first = run.views[0];
    if (mine !== opened || !first) return { changed: run.changed, isOther: false };
    const isSame = state.film !== null && state.begin?.number === begin?.number && state.begin?.id === begin?.id;
    if (!isSame) known = new Map();
    const film = isSame && state.film ? state.film : films.begin(first);
    change({ begin: run.begin ?? begin, film: films.load(film, steps, run.views, at), offered: null, delivering: null, doomed: null, sought: null, find: null, paper: null });
    return { changed: run.changed, isOther: run.changed === null && end !== null && end !== run.views[run.views.length - 1]?.id };
  }

  /**
   * Takes a step from the entry that is shown.
   * @param {string} step
   */
  async function take(step) {
    const { film } = state;
    if (!film) return;
    const old = films.tried(film, step);
    if (old) return showFilm(films.goTo(film, old.id));
    const names = [...films.steps(film), step];
    const mine = opened;
    const { views, changed } = await call("run", { ...place(names), from: names.length });
    const view = views[0];
    if (mine !== opened || state.film?.at !== film.at) return;
    if (view) showFilm(films.take(state.film, step, view));
    else throw new Error(changed?.why ?? `The step “${step}” is not possible here.`);
  }

  /**
   * The choices of the entry that is shown; null if they are not known yet. Then they are asked for.
   * @param {boolean} isAsked
   * @returns {Choice[] | null}
   */
  function choices(isAsked) {
    const { film } = state;
    if (!film) return null;
    const found = known.get(film.at) ?? null;
    if (!found && isAsked) askChoices(film.at).catch(on.failed);
    return found;
  }

  /**
   * @param {number} id
   * @returns {Promise<Choice[]>}
   */
  async function askChoices(id) {
    const old = known.get(id);
    if (old) return old;
    const into = known;
    const { choices: found } = await call("choices", place());
    into.set(id, found);
    if (into === known && state.film?.at === id) on.changed();
    return found;
  }

  /**
   * Delivers a message: takes the one step that receives it, or offers the steps that do.
   * @param {Message} message
   * @param {string} [process]
   * @returns {Promise<boolean>} Whether any step receives it.
   */
  async function deliver(message, process) {
    const { film } = state;
    if (!film) return false;
    const found = receiving(await askChoices(film.at), message, process);
    const [only] = found;
    if (only && found.length === 1) await take(only.step);
    else change({ offered: found.length > 0 ? found : null, delivering: message });
    return found.length > 0;
  }

  /**
   * Whether a step is known to receive a message there; also if the choices are not known yet.
   * @param {Message} message
   * @param {string} process
   */
  function canDeliver(message, process) {
    const found = state.film && known.get(state.film.at);
    return !found || receiving(found, message, process).length > 0;
  }

  /** Runs the same steps under the paper's rules. */
  async function compare() {
    const { spec, begin } = state;
    if (!spec?.paper || !state.film) return;
    const steps = lineSteps();
    const { views, changed } = await call("run", { spec: spec.paper, begin, steps, from: 0 });
    const guard = changed ? await guardOf(spec.paper, steps, changed.at) : null;
    change({ paper: { spec: spec.paper, views, changed, guard } });
  }

  /**
   * Why a step is not possible in another spec.
   * @param {string} spec
   * @param {string[]} steps
   * @param {number} at The number of the step; the first is 1.
   */
  async function guardOf(spec, steps, at) {
    const { steps: found } = await call("forbidden", { spec, begin: state.begin, steps: steps.slice(0, at - 1) });
    return found.find((one) => one.step === steps[at - 1])?.why ?? null;
  }

  return {
    get state() {
      return state;
    },
    change,
    open,
    load,
    take,
    choices,
    deliver,
    canDeliver,
    compare,
    place,
    lineSteps,
    /** @param {(film: Film) => Film} how */
    turn: (how) => state.film && showFilm(how(state.film)),
    forbidden: async () => (await call("forbidden", place())).steps,
    /** @returns {Link | null} */
    link() {
      const { spec, begin, film } = state;
      if (!spec) return null;
      if (!film) return { spec: spec.name, begin: null, steps: [], end: null, at: 0 };
      const line = films.line(film);
      const end = line.length > 1 ? (line[line.length - 1]?.view.id ?? null) : null;
      return { spec: spec.name, begin, steps: lineSteps(), end, at: films.position(film) };
    },
  };
}
