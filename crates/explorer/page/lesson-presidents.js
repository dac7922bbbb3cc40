// @ts-check
/** @file Chapter 5 of the lesson: two presidents hinder each other, and what that costs. */

import { call } from "synod/api.js";
import { h } from "synod/dom.js";
import { makeLab } from "synod/lesson-lab.js";
import { question } from "synod/lesson-question.js";
import { tasks } from "synod/lesson-tasks.js";
import { more, p, specLink, strong, term } from "synod/lesson-words.js";
import { follow } from "synod/searches.js";
import { grouped } from "synod/words.js";

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/lesson-lab.js").Lab} Lab */
/** @typedef {import("synod/lesson.js").Lesson} Lesson */

const FILM = "complete/two-presidents-of-three-hold";
const DUEL = "complete/two-presidents-of-two-who-try-twice-hold";

/** Α's ballot succeeds without his knowing; then Β presides. */
const BEFORE = ["Α: the absence timer fires", "Γ: Receive NextBallot(0) from Α", "Α: Receive LastVote(0, null_Γ) from Γ", "Γ: Receive BeginBallot(0, a) to {Α Γ} from Α", "Β: the absence timer fires"];
const AFTER = ["Γ: Receive NextBallot(1) from Β", "Β: Receive LastVote(1, (Γ, 0, a)) from Γ", "Γ: Receive BeginBallot(1, a) to {Β Γ} from Β"];

/** Things that happen in some run of the film's spec. */
const PARTNERS = ["two presidents compete", "a ballot is abandoned after a vote in it", "an earlier vote binds a ballot", "two ledgers hold a decree"];

/** @type {import("synod/lesson-question.js").Choice[]} */
const DECREES = [
  { value: "b", text: "b: Β is president now", why: "Γ answers with his vote for a in ballot 0. It is the latest earlier vote of the quorum, so ballot 1 must have a (B3)." },
  { value: "a", text: "a: Γ’s vote binds it", isRight: true, why: "Γ answers with his vote for a in ballot 0, and B3 binds ballot 1 to it. A president is free only where nobody has voted." },
  { value: "none", text: "none: ballot 0 blocks it", why: "Nothing is locked: ballot 1 may begin. But Γ answers with his vote for a in ballot 0, so ballot 1 must have a (B3)." },
];

/** @type {import("synod/lesson-question.js").Choice[]} */
const COSTS = [
  { value: "Consistency", text: "Consistency", why: "Consistency rests on B1, B2 and B3, and a duel breaks none of them." },
  { value: "B3", text: "B3", why: "Each ballot still has the decree of the latest earlier vote of its quorum, whoever began it, and however many there are." },
  { value: "time", text: "none of these, only time", isRight: true, why: "A duel can go on as long as there are numbers. But each ballot satisfies B1–B3, so what is passed stays passed." },
];

/**
 * A number in the ledger of a priest; −∞ is below all.
 * @param {View} view
 * @param {string} process
 * @param {string} variable
 */
function numberOf({ fields }, process, variable) {
  const value = fields.find((field) => field.process === process && field.variable === variable)?.value;
  return value === undefined || value === "−∞" ? -Infinity : Number(value);
}

/** @param {View} view */
const nothingPassed = (view) => view.figure !== null && view.figure.ballots.every((ballot) => !ballot.is_successful);

/** @type {import("synod/lesson-tasks.js").Task<View>[]} */
const TASKS = [
  {
    id: "5.first",
    text: ["Let Β overtake Α: Α has tried ballot 0, and promises ballot 1, before ballot 0 is passed."],
    says: "Α’s nextBal is 1: he will vote in no ballot below, so ballot 0 can never be passed.",
    isSolved: (view) => numberOf(view, "Α", "lastTried") >= 0 && numberOf(view, "Α", "nextBal") === 1 && nothingPassed(view),
  },
  {
    id: "5.second",
    text: ["Now let Α overtake Β: he tries ballot 2, and Β promises it, before ballot 1 is passed."],
    says: "Β’s nextBal is 2: ballot 1 is lost as well. Two ballots have been tried, and no ledger holds a decree.",
    isSolved: (view) => numberOf(view, "Α", "lastTried") === 2 && numberOf(view, "Β", "nextBal") === 2 && nothingPassed(view),
  },
];

/** @type {import("synod/lesson.js").Chapter} */
export const chapter = {
  title: "Two presidents",
  cites: "§2.4: the complete protocol",
  tasks: ["5.decree", ...TASKS.map(({ id }) => id), "5.cost"],
  open(lesson) {
    const list = tasks(TASKS, lesson);
    const lab = makeLab({ lesson, takesSteps: true, onView: list.notice });
    const checked = h("div", { class: "answer", "aria-live": "polite" });
    lesson.doing(() => lab.open(FILM, BEFORE, { isOpen: false }));
    const duel = () => lesson.doing(() => lab.open(DUEL));
    const text = [
      p("Who begins ballots? In the complete protocol (§2.4) only a ", term("president"), " does: a priest who has heard of no higher name for some time T. Then his absence timer fires. Two priests may believe this at once, and so there may be two presidents."),
      p("In the film, Α presides and begins ballot 0 on a. Γ votes: the whole quorum Α Γ has voted, and ballot 0 is successful. But Α has not heard of it, and now Β presides, too. ", strong("Β would like b."), " He will ask Γ."),
      question({ task: "5.decree", isPrediction: true, button: "Predict, and see", parts: [{ name: "decree", ask: "Which decree will ballot 1 have, with the quorum Β Γ?", choices: DECREES }], onAnswer: () => seeFilm(lab) }, lesson),
      h("h3", {}, "Hinder them"),
      p("Now there are two priests with two numbers each: Α has 0 and 2, Β has 1 and 3. A president whose round timer fires tries a larger number. Can you keep both from passing anything?"),
      h("div", { class: "tools" }, h("button", { type: "button", "data-duel": true, onclick: duel }, "Begin the duel"), h("button", { type: "button", "data-undo": true, onclick: lab.undo }, "Undo")),
      list.element,
      question({ task: "5.cost", button: "Answer, and check every state", parts: [{ name: "cost", ask: "What may a longer duel cost?", choices: COSTS }], onAnswer: () => check(checked) }, lesson),
      checked,
      p("The paper promises progress (§1.2) only while a majority is present, nobody enters or leaves, and messages and actions are in time; then one president remains, and his ballot is passed (§2.4). Consistency it promises always."),
      more("Other films of two presidents", h("ul", { class: "onward" }, ...PARTNERS.map((partner) => h("li", {}, h("button", { type: "button", class: "link", "data-example": partner, onclick: () => lesson.doing(() => seeExample(lab, partner)) }, partner))))),
      more("In the words of the field", p("Safety never depends on timing; liveness needs one leader for long enough.")),
    ];
    return { text, stage: lab.element, step: lab.step, choose: lab.choose };
  },
};

/** @param {Lab} lab */
async function seeFilm(lab) {
  await lab.open(FILM, [...BEFORE, ...AFTER], { isOpen: false });
}

/**
 * Shows the shortest run in which something happens.
 * @param {Lab} lab
 * @param {string} partner
 */
async function seeExample(lab, partner) {
  const found = /** @type {import("synod/types").Found} */ (await follow(call("search", { spec: FILM, for: { example: partner } }), () => undefined).result);
  if (found.verdict === "found") await lab.open(FILM, found.steps, { isOpen: false });
}

/** @param {HTMLElement} told */
async function check(told) {
  told.replaceChildren(p("Checking every state of the duel …"));
  const result = /** @type {import("synod/types").Checked} */ (await follow(call("check", { spec: DUEL }), () => undefined).result);
  const names = ["Consistency", "B1", "B2", "B3"];
  const held = names.filter((name) => result.properties.find((one) => one.name === name)?.verdict === "holds");
  const all = result.verdict === "holds" ? "These are all states of the duel with these bounds." : "";
  told.replaceChildren(p(strong(`${grouped(result.states)} states looked at. `), `In each of them these hold: ${held.join(", ")}. ${all} The spec: `, specLink(DUEL), "."));
  told.setAttribute("data-checked", result.verdict);
}
