// @ts-check
/** @file Chapter 3 of the lesson: what breaks when Start Polling ignores prevVotes. */

import { call } from "synod/api.js";
import { h } from "synod/dom.js";
import { makeLab } from "synod/lesson-lab.js";
import { question } from "synod/lesson-question.js";
import { more, p, specLink, strong, term } from "synod/lesson-words.js";
import { follow } from "synod/searches.js";
import { plural } from "synod/words.js";

/** @typedef {import("synod/types").Found} Found */
/** @typedef {import("synod/lesson-lab.js").Lab} Lab */

const SPEC = "basic/mutants/ignoring-prevVotes-breaks-B3";
const CLAIMS = ["B1", "B2", "B3", "Consistency"];

/** @type {import("synod/lesson-question.js").Part[]} */
const PREDICTIONS = [
  {
    name: "claim",
    ask: "Which of these breaks first?",
    choices: [
      { value: "B1", text: "B1: different ballots have different numbers", why: "Each priest still takes his own numbers, each only once. B3 breaks first." },
      { value: "B2", text: "B2: any two quorums intersect", why: "Each quorum is still a majority set. B3 breaks first." },
      { value: "B3", text: "B3: the decree of the latest earlier vote of the quorum", isRight: true, why: "prevVotes are there for B3: they are the votes that bind the ballot." },
      { value: "Consistency", text: "Consistency: no two ledgers disagree", why: "Two ledgers do disagree in some run, but a longer one: two successful ballots are needed first. Until then B3 is broken, but no two ledgers disagree." },
    ],
  },
  {
    name: "length",
    ask: "How many steps are needed for it?",
    choices: [
      { value: "few", text: "10 or fewer", why: "Each message is sent in one step and received in another, and two ballots must begin." },
      { value: "many", text: "more than 10", isRight: true, why: "Each message is sent in one step and received in another, and two ballots must begin." },
    ],
  },
];

/** @type {import("synod/lesson.js").Chapter} */
export const chapter = {
  title: "A rule dropped",
  cites: "§2.2 step 3, §2.3, and Start Polling in A.1",
  tasks: ["3.predict"],
  open(lesson) {
    const lab = makeLab({ lesson });
    const answer = h("div", { class: "answer", "aria-live": "polite" });
    lesson.doing(() => lab.open(SPEC));
    const text = [
      p("How does a priest learn of the votes that bind his ballot? He sends ", term("NextBallot(b)"), ". Each priest answers with ", term("LastVote(b, v)"), ": v is his latest vote below b (null if he has none). The answer is a promise, too: not to vote in any ballot between v’s ballot and b (§2.2)."),
      p("The answers stand in ", term("prevVotes"), ". When a majority set has answered, ", term("Start Polling"), " begins the ballot, with the decree of the largest vote in prevVotes, or any decree if that vote is null (A.1)."),
      p("Now this rule is dropped: ", strong("Start Polling takes any decree and ignores prevVotes."), " There are two priests, Α with ballot 0 and Β with ballot 1, and two decrees, a and b. The explorer looks for the shortest run that breaks each claim. What will it find?"),
      question({ task: "3.predict", parts: PREDICTIONS, isPrediction: true, button: "Predict, and search", onAnswer: () => search(lab, answer, lesson) }, lesson),
      answer,
    ];
    return { text, stage: lab.element, step: lab.step };
  },
};

/**
 * @param {Lab} lab
 * @param {HTMLElement} answer
 * @param {import("synod/lesson.js").Lesson} lesson
 */
async function search(lab, answer, lesson) {
  const found = await Promise.all(CLAIMS.map((claim) => follow(call("search", { spec: SPEC, for: { violation: claim } }), () => undefined).result));
  const results = /** @type {Found[]} */ (found);
  const showing = (/** @type {Found} */ run, /** @type {string} */ claim) => lesson.doing(() => lab.open(SPEC, run.steps, { claim }));
  const rows = CLAIMS.map((claim, i) => {
    const run = results[i];
    const isFound = run?.verdict === "found";
    const show = isFound && h("button", { type: "button", class: "link", "data-show": claim, onclick: () => showing(run, claim) }, "show");
    return h("tr", {}, h("th", { scope: "row" }, claim), h("td", {}, isFound ? plural(run.steps.length, "step") : "in no run within the bounds"), h("td", {}, show));
  });
  const table = h("table", { class: "found" }, h("caption", {}, "The shortest run that breaks it"), h("tbody", {}, ...rows));
  const b3 = results[CLAIMS.indexOf("B3")];
  if (!b3 || b3.verdict !== "found") return answer.replaceChildren(table);
  await lab.open(SPEC, b3.steps, { claim: "B3" });
  const told = await underTheRule(b3.steps);
  answer.replaceChildren(table, h("h3", {}, "What you see"), p("The film of B3 stands at its last step: Β had received the vote that binds ballot 1, and began it with the other decree all the same. The film of Consistency goes on until both ballots are successful and both ledgers hold their decrees."), told, more("Where to see more", p(specLink(SPEC), " shows the same steps beside the paper’s rule.")));
  answer.setAttribute("data-found", "B3");
}

/**
 * What the paper's rule says to the same steps.
 * @param {string[]} steps
 */
async function underTheRule(steps) {
  const { paper } = await call("spec", { spec: SPEC });
  if (!paper) return "";
  const { changed } = await call("run", { spec: paper, begin: null, steps, from: steps.length });
  if (!changed) return "";
  const kind = "Start Polling";
  const allowed = changed.possible.filter((step) => step.includes(kind)).map((step) => `“${step}”`);
  const before = plural(changed.at - 1, "step is", "steps are");
  return p("With the paper’s rule the first ", before, ` possible. Step ${changed.at}, “${steps[changed.at - 1] ?? ""}”, is not: there the rule allows only ${allowed.join(" or ")}.`);
}
