// @ts-check
/** @file Chapter 4 of the lesson: the student takes the steps of the basic protocol himself. */

import { call } from "synod/api.js";
import { h } from "synod/dom.js";
import { hint } from "synod/lesson-hints.js";
import { makeLab } from "synod/lesson-lab.js";
import { question } from "synod/lesson-question.js";
import { tasks } from "synod/lesson-tasks.js";
import { meanings, more, p, strong } from "synod/lesson-words.js";
import { follow } from "synod/searches.js";
import { plural } from "synod/words.js";

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/lesson-lab.js").Lab} Lab */
/** @typedef {import("synod/lesson.js").Lesson} Lesson */

const SPEC = "basic/one-ballot-of-three-priests-holds";
const GOAL = "a ledger holds a decree";

const reaches = (/** @type {string} */ partner) => (/** @type {View} */ view) => view.reached.includes(partner);

/** @type {import("synod/lesson-tasks.js").Task<View>[]} */
const TASKS = [
  {
    id: "4.begin",
    text: ["Let ballot 0 begin."],
    says: "A majority set has answered, and ballot 0 is in the picture, with its quorum and its decree.",
    isSolved: reaches("a ballot begins"),
  },
  {
    id: "4.pass",
    text: ["Let its whole quorum vote."],
    says: "The ballot is successful: its decree is passed, and no later ballot can have another one. But no ledger holds it yet. Nobody knows.",
    isSolved: reaches("a decree is passed"),
  },
  {
    id: "4.ledger",
    text: ["Let a ledger hold the decree."],
    says: "Α has heard of every vote of the quorum, and has written the decree in his ledger. Success would tell the others.",
    isSolved: reaches(GOAL),
  },
];

/** @type {import("synod/lesson-question.js").Choice[]} */
const ANSWERS = [
  { value: "1", text: "one", why: "A quorum of one would not intersect every other quorum, so B2 could break. Two of three always intersect." },
  { value: "2", text: "two", isRight: true, why: "Two of three are a majority set, and any two majority sets intersect (B2). Α counts if he answers his own NextBallot." },
  { value: "3", text: "all three", why: "Then one priest who is away could stop every ballot. Two of three are enough: any two such sets intersect (B2)." },
];

/** @type {import("synod/lesson.js").Chapter} */
export const chapter = {
  title: "By hand",
  cites: "§2.3 and A.1: the basic protocol",
  tasks: ["4.majority", ...TASKS.map(({ id }) => id)],
  open(lesson) {
    const list = tasks(TASKS, lesson);
    const lab = makeLab({ lesson, takesSteps: true, onView: list.notice });
    lesson.doing(() => lab.open(SPEC));
    const tools = h(
      "div",
      { class: "tools" },
      h("button", { type: "button", "data-hint": true, onclick: () => lesson.doing(() => giveHint(lab)) }, "A hint"),
      h("button", { type: "button", "data-undo": true, onclick: lab.undo }, "Undo"),
      h("button", { type: "button", "data-again": true, onclick: () => lesson.doing(() => lab.open(SPEC)) }, "Begin again"),
      h("button", { type: "button", "data-shortest": true, onclick: () => lesson.doing(() => showShortest(lab)) }, "Show the shortest run"),
    );
    const text = [
      p("Now you decide what happens next. There are three priests; Α tries one ballot, number 0. Each step is an action of A.1. ", strong("Choose a step in the list, or click a message in the diagram to deliver it."), " The digits take the steps of the list, too."),
      question({ task: "4.majority", parts: [{ name: "count", ask: "First predict: how many priests must answer before Α can begin the ballot?", choices: ANSWERS }] }, lesson),
      list.element,
      tools,
      more(
        "The six steps of a ballot, and the field’s words for its messages",
        meanings([
          ["1", "Α chooses a number and sends NextBallot(0): prepare."],
          ["2", "A priest takes it into his nextBal and answers LastVote(0, v): promise."],
          ["3", "When a majority set has answered, Α begins the ballot and sends BeginBallot(0, d) to the quorum: accept."],
          ["4", "A priest q of the quorum votes, unless a promise forbids it, and sends Voted(0, q): accepted."],
          ["5", "When the whole quorum has voted, Α writes d in his ledger and sends Success(d): learn."],
          ["6", "A priest who receives it writes d in his ledger."],
        ]),
      ),
      p("Leave messages lying: nothing goes wrong. A message that is never delivered is lost, and the protocol is consistent without it. Ledgers survive when a priest leaves; slips need not (§2.3)."),
    ];
    return { text, stage: lab.element, step: lab.step, choose: lab.choose };
  },
};

/** @param {Lab} lab */
async function giveHint(lab) {
  const { choices } = await call("choices", lab.session.place());
  const found = hint(choices);
  lab.say(found ? `Hint: “${found.step}”. ${found.why}` : "No step is left. Undo, or begin again.");
  lab.point(found?.step ?? null);
}

/** @param {Lab} lab */
async function showShortest(lab) {
  const result = await follow(call("search", { spec: SPEC, for: { example: GOAL } }), () => undefined).result;
  const found = /** @type {import("synod/types").Found} */ (result);
  if (found.verdict !== "found") return lab.say("The search found no such run.");
  await lab.open(SPEC, found.steps);
  lab.say(`${plural(found.steps.length, "step")}, and no shorter run does it. Play it, or step through it, with the bar below.`);
}
