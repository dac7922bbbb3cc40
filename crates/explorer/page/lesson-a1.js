// @ts-check
/** @file Chapter 6 of the lesson: Start Polling as A.1 prints it breaks B3 with three ballots. */

import { call } from "synod/api.js";
import { h } from "synod/dom.js";
import { makeLab } from "synod/lesson-lab.js";
import { question } from "synod/lesson-question.js";
import { more, p, specLink, strong } from "synod/lesson-words.js";
import { follow } from "synod/searches.js";
import { grouped, plural } from "synod/words.js";

/** @typedef {import("synod/lesson-lab.js").Lab} Lab */
/** @typedef {import("synod/lesson.js").Lesson} Lesson */

const PRINTED = "basic/three-ballots-break-I6-but-not-Consistency";
const REPAIRED = "basic/reading-only-the-quorum-keeps-I6-with-three-ballots";
const POLLS = "Α: Start Polling {Β Γ}";

/** A shortest run to the broken state, one ballot after the other; all but its last step. */
const BEFORE = [
  ...["Α: Try New Ballot 0", "Α: Send NextBallot"],
  ...["Β: Receive NextBallot(0)", "Β: Send LastVote", "Α: Receive LastVote(0, null_Β)"],
  ...["Γ: Receive NextBallot(0)", "Γ: Send LastVote", "Α: Receive LastVote(0, null_Γ)"],
  ...["Α: Start Polling {Β Γ} on b", "Α: Send BeginBallot", "Γ: Receive BeginBallot(0, b)"],
  ...["Α: Try New Ballot 3", "Α: Send NextBallot"],
  ...["Α: Receive NextBallot(3)", "Α: Send LastVote", "Α: Receive LastVote(3, null_Α)"],
  ...["Β: Receive NextBallot(3)", "Β: Send LastVote", "Α: Receive LastVote(3, null_Β)"],
  ...["Α: Start Polling {Α Β} on a", "Α: Send BeginBallot", "Α: Receive BeginBallot(3, a)"],
  ...["Α: Try New Ballot 6", "Α: Send NextBallot"],
  ...["Α: Receive NextBallot(6)", "Α: Send LastVote", "Α: Receive LastVote(6, (Α, 3, a))"],
  ...["Β: Receive NextBallot(6)", "Β: Send LastVote", "Α: Receive LastVote(6, null_Β)"],
  ...["Γ: Receive NextBallot(6)", "Γ: Send LastVote", "Α: Receive LastVote(6, (Γ, 0, b))"],
];

/** @type {import("synod/lesson-question.js").Part[]} */
const PREDICTIONS = [
  {
    name: "printed",
    ask: "Which decree does A.1, as printed, give ballot 6?",
    choices: [
      { value: "a", text: "a", isRight: true, why: "The largest vote in prevVotes is Α’s in ballot 3, for a. A.1 does not ask whether Α is in the quorum." },
      { value: "b", text: "b", why: "A.1 takes the largest vote in prevVotes. That is Α’s in ballot 3, for a, although Α is not in the quorum." },
      { value: "any", text: "a or b", why: "A.1 allows any decree only if the largest vote in prevVotes is null. Here it is Α’s in ballot 3, for a." },
    ],
  },
  {
    name: "asked",
    ask: "Which decree does B3 ask for?",
    choices: [
      { value: "a", text: "a", why: "B3 speaks of the votes of the quorum Β Γ. Β has not voted; Γ voted for b, in ballot 0." },
      { value: "b", text: "b", isRight: true, why: "In the quorum Β Γ only Γ has voted: for b, in ballot 0." },
      { value: "any", text: "a or b", why: "Γ is in the quorum, and voted for b in ballot 0. That binds ballot 6." },
    ],
  },
  {
    name: "consistency",
    ask: "Can two ledgers come to disagree because of this?",
    choices: [
      { value: "yes", text: "yes", why: "The explorer finds no such run in the whole space of these bounds. Α, Β and Γ have all answered. They are a majority set, too, and the decree respects their votes; the proof of the Lemma goes through with them in the place of the quorum." },
      { value: "no", text: "no", isRight: true, why: "Α, Β and Γ have all answered. They are a majority set, too, and the decree respects their votes; the proof of the Lemma goes through with them in the place of the quorum." },
    ],
  },
];

/** @type {import("synod/lesson.js").Chapter} */
export const chapter = {
  title: "The error in A.1",
  cites: "A.1 Start Polling, A.2 invariant I6",
  tasks: ["6.predict", "6.repair"],
  open(lesson) {
    const lab = makeLab({ lesson });
    const answer = h("div", { class: "answer", "aria-live": "polite" });
    lesson.doing(() => lab.open(PRINTED, BEFORE, { claim: "B3" }));
    const text = [
      p("A.1 is the paper’s list of actions. It says: Start Polling Q is possible when every priest of Q has a vote in prevVotes; the decree is that of the largest vote ", strong("in prevVotes"), ". B3 asks for the largest vote ", strong("of Q"), ". prevVotes may hold more: the votes of all who answered."),
      p("In the film, Γ voted for b in ballot 0, and Α for a in ballot 3. Now all three have answered ballot 6. Α is about to begin it ", strong("with the quorum Β Γ"), "."),
      question({ task: "6.predict", isPrediction: true, button: "Predict, and take the step", parts: PREDICTIONS, onAnswer: () => takeStep(lab, answer, lesson) }, lesson),
      answer,
    ];
    return { text, stage: lab.element, step: lab.step };
  },
};

/**
 * @param {Lab} lab
 * @param {HTMLElement} answer
 * @param {Lesson} lesson
 */
async function takeStep(lab, answer, lesson) {
  await lab.open(PRINTED, [...BEFORE, `${POLLS} on a`], { claim: "B3" });
  const searched = h("div", { "aria-live": "polite" });
  const repaired = h("div", { "aria-live": "polite" });
  answer.replaceChildren(
    p("B3 is broken, and with it the invariant I6 of A.2, which says that B1, B2 and B3 hold and that quorums are majority sets. So the proof in A.2 does not cover A.1 word by word. Consistency does not suffer. (§2.2, step 3, is right: it asks for a decree that satisfies B3.)"),
    h("h3", {}, "The repair"),
    p("Start Polling reads the votes of its quorum only. Take the same steps under this rule:"),
    h("div", { class: "tools" }, h("button", { type: "button", class: "first", "data-repair": true, onclick: () => lesson.doing(() => repair(lab, repaired, lesson)) }, "See the repaired rule")),
    repaired,
    more(
      "Is there a shorter run?",
      p("The search can tell. It looks at some millions of states, which takes half a minute or more."),
      h("div", { class: "tools" }, h("button", { type: "button", "data-search": true, onclick: () => lesson.doing(() => search(searched)) }, "Search")),
      searched,
    ),
    more("Explored to the end", p(specLink(PRINTED), ": as printed, Consistency, Validity and Theorem 1 hold in all 15,221,188 states. ", specLink(REPAIRED), ": with the repair every claim holds, in all 15,320,188 states. Check them there; each takes some minutes. docs/differences.md has the whole finding.")),
  );
  answer.setAttribute("data-broken", "B3");
}

/**
 * @param {Lab} lab
 * @param {HTMLElement} told
 * @param {Lesson} lesson
 */
async function repair(lab, told, lesson) {
  const steps = [...BEFORE, `${POLLS} on a`];
  const { changed } = await call("run", { spec: REPAIRED, begin: null, steps, from: steps.length });
  const step = changed?.possible.find((one) => one.startsWith(POLLS));
  if (!changed || !step) throw new Error("The repaired rule allows the same step.");
  await lab.open(REPAIRED, [...BEFORE, step], { claim: "B3" });
  told.replaceChildren(p(`The first ${plural(changed.at - 1, "step is", "steps are")} the same. Then “${steps[changed.at - 1] ?? ""}” is not possible; “${step}” is, and B3 holds.`));
  told.setAttribute("data-repaired", "");
  lesson.solve("6.repair");
}

/** @param {HTMLElement} told */
async function search(told) {
  const show = (/** @type {import("synod/types").Searched} */ now) => told.replaceChildren(p(`${grouped(now.states)} states, depth ${now.depth}, ${now.seconds.toFixed(0)} s …`));
  const result = /** @type {import("synod/types").Found} */ (await follow(call("search", { spec: PRINTED, for: { violation: "B3" } }), show).result);
  const isFound = result.verdict === "found";
  const text = isFound ? `The shortest run that breaks B3 has ${plural(result.steps.length, "step")}. The film has ${BEFORE.length + 1}, too.` : (result.why ?? "The search found no such run.");
  told.replaceChildren(p(text));
}
