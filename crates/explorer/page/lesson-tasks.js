// @ts-check
/** @file Tasks of the lesson: each is noticed when the stage shows that it is solved. */

import { h } from "synod/dom.js";

/**
 * `isSolved` looks at what the stage shows. `says` is told then.
 * @template S
 * @typedef {{ id: string, text: import("synod/dom.js").Child[], says: string, isSolved: (shown: S) => boolean }} Task
 */

/**
 * The first task that is not solved is the next; a task is noticed only when it is the next.
 * @template S
 * @param {Task<S>[]} list
 * @param {import("synod/lesson.js").Lesson} lesson
 */
export function tasks(list, lesson) {
  const feedback = h("p", { class: "feedback", role: "status", "data-feedback": "tasks" });
  const items = list.map(({ id, text }) => h("li", { "data-task": id, "data-solved": lesson.isSolved(id) }, h("span", {}, ...text)));
  const element = h("div", { class: "tasks" }, h("ol", {}, ...items), feedback);
  let next = 0;
  mark();

  function mark() {
    items.forEach((item, i) => (i === next ? item.setAttribute("aria-current", "step") : item.removeAttribute("aria-current")));
  }

  /** @param {S} shown */
  function notice(shown) {
    for (let task = list[next]; task?.isSolved(shown); task = list[next]) {
      items[next]?.setAttribute("data-solved", "");
      lesson.solve(task.id);
      feedback.textContent = `Solved. ${task.says}`;
      feedback.classList.add("right");
      next += 1;
      mark();
    }
  }

  return { element, notice };
}
