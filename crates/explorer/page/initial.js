// @ts-check
/** @file The initial states of a spec that has several: a list by pages, with a filter. */

import { h } from "synod/dom.js";
import { grouped } from "synod/words.js";

/** @typedef {import("synod/types").Begin} Begin */
/** @typedef {import("synod/types").InitialStates} InitialStates */

const COUNT = 50;
const PAUSE = 150;

/**
 * @param {{ ask: (from: number, count: number, filter: string) => Promise<InitialStates>, onBegin: (begin: Begin) => void, atLeast: number }} of
 */
export function initialStates({ ask, onBegin, atLeast }) {
  let asked = 0;
  let next = /** @type {number | null} */ (0);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(restart, PAUSE);
  };
  const filter = h("input", { type: "search", placeholder: "Filter: nextBal[Α] = 1", "aria-label": "Show only initial states with this in a line", oninput: later });
  const list = h("ol", { class: "begins" });
  const more = h("button", { type: "button", onclick: () => page() }, "More");

  async function restart() {
    next = 0;
    list.replaceChildren();
    await page();
  }

  async function page() {
    asked += 1;
    const mine = asked;
    if (next === null) return;
    more.disabled = true;
    const answer = await ask(next, COUNT, filter.value.trim());
    if (mine !== asked) return;
    next = answer.next;
    list.append(...answer.states.map((state) => row(state, onBegin)));
    more.disabled = false;
    more.hidden = next === null;
    if (list.children.length === 0) list.append(h("li", { class: "empty" }, "No initial state has this in a line."));
  }

  void restart();
  const many = atLeast > 2 ? `at least ${grouped(atLeast)}` : "several";
  const note = `A run of this spec begins in any of ${many} states. Choose one.`;
  return h("section", { class: "initial", "aria-label": "Initial states" }, h("p", {}, note), h("div", { class: "tools" }, filter), list, more);
}

/**
 * @param {InitialStates["states"][number]} state
 * @param {(begin: Begin) => void} onBegin
 */
function row({ begin, lines }, onBegin) {
  const button = h(
    "button",
    { type: "button", class: "take", onclick: () => onBegin(begin) },
    h("span", { class: "does" }, `Initial state ${grouped(begin.number)}`),
    h("span", { class: "changes" }, ...lines.map((line) => h("span", {}, line))),
  );
  return h("li", {}, button);
}
