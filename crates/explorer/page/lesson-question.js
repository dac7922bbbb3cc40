// @ts-check
/** @file A question of the lesson: choices, and what is said about the one that was chosen. */

import { h } from "synod/dom.js";

/** @typedef {{ value: string, text: string, isRight?: boolean, why: string }} Choice `why` is said when it was chosen. */
/** @typedef {{ name: string, ask: string, choices: Choice[] }} Part One of several things that are asked at once. */
/** @typedef {Record<string, Choice>} Answers The choice for each part. */

/**
 * `isPrediction`: it is asked once, and solved by any answer, since what follows shows what is right.
 * @typedef {object} Question
 * @property {string} task
 * @property {Part[]} parts
 * @property {string} [button]
 * @property {boolean} [isPrediction]
 * @property {(answers: Answers, isRight: boolean) => void | Promise<void>} [onAnswer]
 */

/**
 * @param {Question} question
 * @param {import("synod/lesson.js").Lesson} lesson
 */
export function question({ task, parts, button = "Check my answer", isPrediction = false, onAnswer }, lesson) {
  const drawn = parts.map((part) => partOf(task, part));
  const submit = h("button", { type: "submit", class: "first", "data-submit": task }, button);
  const form = h("form", { class: "question", tabindex: -1, "data-task": task, "data-solved": lesson.isSolved(task) }, ...drawn.map((one) => one.element), submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const missing = drawn.find((one) => one.chosen() === null);
    if (missing) return missing.say("Choose one of these first.", null);
    const isRight = drawn.map((one) => one.judge()).every(Boolean);
    if (isPrediction) [submit, ...drawn.flatMap((one) => one.inputs)].forEach((input) => (input.disabled = true));
    if (isRight || isPrediction) {
      form.setAttribute("data-solved", "");
      lesson.solve(task);
    }
    if (isPrediction) form.focus({ preventScroll: true });
    const answers = Object.fromEntries(drawn.map((one) => [one.name, /** @type {Choice} */ (one.chosen())]));
    lesson.doing(async () => {
      await onAnswer?.(answers, isRight);
      if (form.nextElementSibling?.matches(".answer")) form.nextElementSibling.scrollIntoView({ block: "nearest" });
    });
  });
  return form;
}

/**
 * @param {string} task
 * @param {Part} part
 */
function partOf(task, { name, ask, choices }) {
  const inputs = choices.map(({ value }) => h("input", { type: "radio", name: `${task}.${name}`, value, "data-answer": value, "data-part": name }));
  const rows = choices.map(({ text }, i) => h("label", {}, inputs[i], h("span", {}, text)));
  const feedback = h("p", { class: "feedback", role: "status", "data-feedback": name });
  const element = h("fieldset", { "data-part": name }, h("legend", {}, ask), ...rows, feedback);
  const chosen = () => choices[inputs.findIndex((input) => input.checked)] ?? null;
  const say = (/** @type {string} */ text, /** @type {boolean | null} */ isRight) => {
    feedback.textContent = text;
    feedback.classList.toggle("right", isRight === true);
    feedback.classList.toggle("wrong", isRight === false);
  };
  return {
    name,
    element,
    inputs,
    chosen,
    say,
    /** Says what is to be said about the choice, and whether it is right. */
    judge() {
      const choice = chosen();
      const isRight = choice?.isRight ?? false;
      say(`${isRight ? "Right." : "Not so."} ${choice?.why ?? ""}`, isRight);
      return isRight;
    },
  };
}
