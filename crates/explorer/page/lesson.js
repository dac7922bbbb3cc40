// @ts-check
/** @file The guided lesson: its frame. A chapter is a text beside a stage, which is a live part of the explorer. */

import { h } from "synod/dom.js";
import { icon } from "synod/icons.js";
import { listen } from "synod/keys.js";
import { chapter as a1 } from "synod/lesson-a1.js";
import { chapter as b3 } from "synod/lesson-b3.js";
import { chapter as byHand } from "synod/lesson-by-hand.js";
import { chapter as dropped } from "synod/lesson-dropped.js";
import { chapter as figure1 } from "synod/lesson-figure-1.js";
import { chapter as onward } from "synod/lesson-onward.js";
import { chapter as presidents } from "synod/lesson-presidents.js";
import { chapterOf, hashOf, makeProgress } from "synod/lesson-progress.js";
import { dismiss, notices, problem, say } from "synod/say.js";
import { nextTheme, restoreTheme } from "synod/theme.js";

/**
 * What a chapter may use. `doing` runs an act, and tells what goes wrong; `restart` forgets what was solved.
 * @typedef {{ isSolved: (task: string) => boolean, solve: (task: string) => void, doing: (act: () => unknown) => void, restart: () => void }} Lesson
 */
/**
 * A chapter that is open. `step` moves the film of the stage by some steps; `choose` takes the choice of a key, and
 * says whether there is one.
 * @typedef {{ text: import("synod/dom.js").Child[], stage: HTMLElement | null, step?: (by: number) => void, choose?: (key: string) => boolean }} Open
 */
/** @typedef {{ title: string, cites: string, tasks: string[], open: (lesson: Lesson) => Open }} Chapter */

/** @type {Chapter[]} */
const CHAPTERS = [figure1, b3, dropped, byHand, presidents, a1, onward];

restoreTheme();
const progress = makeProgress();
/** @type {(Open | undefined)[]} */
const opened = [];
let shown = 0;

/** @type {Lesson} */
const lesson = {
  isSolved: progress.has,
  solve(task) {
    progress.add(task);
    drawProgress();
    if (isStageSeen) other.textContent = "✓ Solved. To the text";
  },
  doing(act) {
    dismiss("problem");
    Promise.resolve().then(act).catch(problem);
  },
  restart() {
    progress.clear();
    history.replaceState(null, "", hashOf(1));
    location.reload();
  },
};

const contents = h("ol", { class: "contents" });
const words = h("article", { class: "words" });
const stage = h("section", { class: "lesson-stage", "aria-label": "The stage" });
const back = h("button", { type: "button", "data-back": true, onclick: () => turn(-1) }, "Back");
const next = h("button", { type: "button", class: "first", "data-next": true, onclick: () => turn(1) }, "Next");
const where = h("p", { class: "note" });
const other = h("button", { type: "button", "data-to-stage": true, onclick: () => (isStageSeen ? words : stage).scrollIntoView() }, "To the picture");
let isStageSeen = false;
const theme = h("button", { type: "button", class: "quiet", "aria-label": "Light or dark", title: "Light or dark", onclick: () => say(`The theme: ${nextTheme()}.`) }, icon("theme"));
const main = h("main", { class: "lesson" }, words, stage);

document.body.append(
  h(
    "header",
    { class: "lesson-head" },
    h("h1", {}, "How Paxos agrees"),
    h("nav", { "aria-label": "Chapters" }, contents),
    h("div", { class: "tools" }, h("a", { href: "#", "data-explore": true }, "Explore specs"), theme),
  ),
  notices,
  main,
  h("footer", { class: "lesson-foot" }, back, where, other, next),
);

function drawProgress() {
  const items = CHAPTERS.map(({ title, tasks }, i) => {
    const isDone = tasks.length > 0 && tasks.every(progress.has);
    const name = `${i + 1}. ${title}${isDone ? ", all tasks solved" : ""}`;
    const link = { href: hashOf(i + 1), title: name, "aria-label": name, "aria-current": i + 1 === shown ? "step" : null, "data-chapter": i + 1, "data-solved": isDone };
    return h("li", {}, h("a", link, h("span", { "aria-hidden": "true" }, isDone ? "✓" : i + 1), h("span", { class: "name", "aria-hidden": "true" }, title)));
  });
  const all = CHAPTERS.flatMap(({ tasks }) => tasks);
  contents.replaceChildren(...items);
  where.textContent = `Chapter ${shown} of ${CHAPTERS.length}. Tasks solved: ${all.filter(progress.has).length} of ${all.length}.`;
}

// On a narrow page the stage is below the text: a button leads from one to the other.
new IntersectionObserver(
  ([entry]) => {
    isStageSeen = entry?.isIntersecting ?? false;
    other.textContent = isStageSeen ? "To the text" : "To the picture";
  },
  { rootMargin: "0px 0px -50% 0px" },
).observe(stage);

/** @param {number} number */
function show(number) {
  const chapter = CHAPTERS[number - 1];
  if (!chapter || number === shown) return;
  shown = number;
  dismiss();
  const open = (opened[number] ??= chapter.open(lesson));
  const title = h("h2", { id: "chapter", tabindex: -1, onkeydown: onTitleKey }, h("span", { class: "count" }, `${number}. `), chapter.title);
  words.replaceChildren(title, h("p", { class: "cites" }, chapter.cites), .../** @type {Node[]} */ (open.text.filter((one) => one instanceof Node)));
  words.dataset["chapter"] = main.dataset["chapter"] = String(number);
  for (const child of stage.children) child.toggleAttribute("hidden", child !== open.stage);
  if (open.stage && !open.stage.isConnected) stage.append(open.stage);
  stage.hidden = other.hidden = open.stage === null;
  back.disabled = number === 1;
  next.hidden = number === CHAPTERS.length;
  document.title = `${number}. ${chapter.title} · Synod`;
  drawProgress();
  words.scrollTop = stage.scrollTop = 0;
  scrollTo(0, 0);
  title.focus({ preventScroll: true });
}

/** Enter goes on while the title has the focus, as it has after a chapter was turned. @param {KeyboardEvent} event */
function onTitleKey(event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  turn(1);
}

/** @param {number} by */
function turn(by) {
  const number = shown + by;
  if (number >= 1 && number <= CHAPTERS.length) location.hash = hashOf(number);
}

/** On the stage the arrows move its film; elsewhere they turn the chapters. @param {number} by */
function arrow(by) {
  const step = stage.contains(document.activeElement) ? opened[shown]?.step : undefined;
  if (step) step(by);
  else turn(by);
}

listen(
  [
    { keys: ["ArrowLeft"], shown: "←", what: "back", act: () => arrow(-1) },
    { keys: ["ArrowRight"], shown: "→", what: "next", act: () => arrow(1) },
  ],
  (key) => opened[shown]?.choose?.(key) ?? false,
);

addEventListener("hashchange", () => show(chapterOf(location.hash, CHAPTERS.length)));
show(chapterOf(location.hash, CHAPTERS.length));
