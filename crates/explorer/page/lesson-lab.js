// @ts-check
/** @file The stage of a chapter with a run: a film, or a run that the student makes himself. */

import { makeChoices } from "synod/choices.js";
import { h } from "synod/dom.js";
import * as films from "synod/film.js";
import { onWidth } from "synod/lesson-drawn.js";
import { makeSession } from "synod/session.js";
import { makeWatch } from "synod/watch.js";

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/types").Message} Message */

/**
 * @typedef {object} LabOptions
 * @property {import("synod/lesson.js").Lesson} lesson
 * @property {boolean} [takesSteps] Whether the student may take steps.
 * @property {(view: View) => void} [onView] Told of each state that is shown, if the student came to it by his own steps.
 */

/** @param {LabOptions} options */
export function makeLab({ lesson, takesSteps = false, onView }) {
  const session = makeSession({ changed: draw, failed: (error) => lesson.doing(() => Promise.reject(error)) });
  const says = h("p", { class: "feedback", role: "status", "data-feedback": "lab" });
  let isOpenToSteps = takesSteps;
  let isOwn = false;
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  /** The step that was asked for last and is not done: the second click of two is not another step. @type {string | null} */
  let asked = null;
  /** The claim that the film is about. @type {string | null} */
  let sought = null;

  const watch = makeWatch({
    read,
    onStep: show,
    ...(takesSteps && {
      onDeliver: (/** @type {Message} */ message, /** @type {string} */ process) => inTurn(() => deliver(message, process)),
      canDeliver: (/** @type {Message} */ message, /** @type {string} */ process) => isOpenToSteps && session.canDeliver(message, process),
      onUndo: () => session.turn(films.undo),
      onRedo: () => session.turn(films.redo),
    }),
  });
  const choices = makeChoices({
    onTake: take,
    onLose: (message) => session.change({ asides: [...session.state.asides, message] }),
    onFind: (message) => session.change({ asides: session.state.asides.filter((one) => one !== message) }),
    onAll: () => session.change({ offered: null, delivering: null }),
    forbidden: session.forbidden,
  });
  const steps = h("section", { class: "steps", "aria-label": "What may happen next" }, h("h3", {}, "What may happen next"), says, choices.element);
  const element = h("div", { class: "lab" }, h("div", { class: "lab-columns" }, h("div", { class: "lab-now" }, steps, watch.stage.now), watch.stage.picture), watch.bar.element);

  onWidth(element, draw);

  function read() {
    const { spec, film, asides } = session.state;
    if (!spec || !film) return null;
    const line = films.line(film).map((one) => one.view);
    // A film that only plays has no message to deliver.
    const views = isOpenToSteps ? line : line.map((view) => ({ ...view, messages: [] }));
    return { views, at: films.position(film), processes: spec.processes, sought, unavoidable: null, asides, canUndo: film.past.length > 0, canRedo: film.future.length > 0 };
  }

  /** Shows a step of the run; nothing, if it has no such step. @param {number} step */
  function show(step) {
    session.turn((film) => films.show(film, films.line(film)[step]?.id ?? film.at));
  }

  /** A picture has no width before the page has it. */
  function draw() {
    if (element.clientWidth === 0) return;
    watch.draw();
    steps.hidden = !isOpenToSteps;
    element.classList.toggle("plays", !isOpenToSteps);
    if (isOpenToSteps) choices.update({ ...session.state, choices: session.choices(true), broken: [] });
    const view = shown();
    if (view && isOwn) onView?.(view);
  }

  /** The state that is shown. */
  function shown() {
    const now = read();
    return now?.views[now.at] ?? null;
  }

  /** Acts that are asked for faster than they are done wait for each other. @param {() => Promise<unknown>} act */
  function inTurn(act) {
    last = last.catch(() => undefined).then(act);
    lesson.doing(() => last);
  }

  /** @param {string} step */
  function take(step) {
    says.textContent = "";
    if (step === asked) return;
    asked = step;
    inTurn(() => session.take(step).finally(() => (asked = null)));
  }

  /**
   * @param {Message} message
   * @param {string} process
   */
  async function deliver(message, process) {
    says.textContent = "";
    if (await session.deliver(message, process)) return;
    says.textContent = `${message.name} would change nothing at ${process} now.`;
  }

  return {
    element,
    session,
    undo: () => session.turn(films.undo),
    /** Points at a step in the list. @param {string | null} step */
    point(step) {
      for (const button of steps.querySelectorAll("button.take")) {
        const isIt = button instanceof HTMLElement && button.dataset["stepName"] === step;
        button.classList.toggle("hinted", isIt);
        if (isIt) button.scrollIntoView({ block: "nearest" });
      }
    },
    /** @param {string} text */
    say: (text) => void (says.textContent = text),
    /**
     * Opens a run.
     * @param {string} spec
     * @param {string[]} names Its steps.
     * @param {{ at?: number, claim?: string, isOpen?: boolean }} [how]
     */
    async open(spec, names = [], { at = names.length, claim, isOpen = takesSteps } = {}) {
      sought = claim ?? null;
      isOpenToSteps = isOpen;
      isOwn = isOpen && names.length === 0;
      says.textContent = "";
      if (session.state.spec?.name !== spec) await session.open(spec);
      return session.load({ begin: null, steps: names, end: null, at });
    },
    /** Moves the film. @param {number} by */
    step(by) {
      show((read()?.at ?? 0) + by);
    },
    /** Takes the choice of a key. @param {string} key */
    choose(key) {
      const step = isOpenToSteps ? choices.stepOf(key) : null;
      if (step !== null) take(step);
      return step !== null;
    },
  };
}

/** @typedef {ReturnType<typeof makeLab>} Lab */
