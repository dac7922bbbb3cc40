// @ts-check
/** @file Chapter 1 of the lesson: ballots, and the three conditions on them. */

import { h } from "synod/dom.js";
import { allHold, atFault } from "synod/lesson-ballots.js";
import { makeEditor } from "synod/lesson-editor.js";
import { question } from "synod/lesson-question.js";
import { tasks } from "synod/lesson-tasks.js";
import { code, meanings, more, p, strong, term } from "synod/lesson-words.js";

/** @typedef {import("synod/types").Figure} Figure */

/** @type {import("synod/lesson-question.js").Choice[]} */
const BALLOTS = [
  { value: "2", text: "ballot 2", why: "Only Δ voted in ballot 2. Its quorum is Α Β Γ Δ." },
  { value: "5", text: "ballot 5", why: "Only Γ voted in ballot 5. Its quorum is Α Β Γ Ε." },
  { value: "14", text: "ballot 14", why: "Β and Ε voted in ballot 14, but Δ is in its quorum and did not." },
  { value: "27", text: "ballot 27", isRight: true, why: "The quorum of ballot 27 is Α Γ Δ, and all three voted." },
  { value: "29", text: "ballot 29", why: "Only Β voted in ballot 29. Its quorum is Β Γ Δ." },
];

/** @type {import("synod/lesson-tasks.js").Task<Figure>[]} */
const TASKS = [
  {
    id: "1.break",
    text: ["Make ballot 29 break ", strong("B3"), ": click its decree."],
    says: "Ballot 29 breaks B3. The arrow goes to the vote that binds it, and the sentence below the picture says why.",
    isSolved: (figure) => atFault(figure, "B3").includes("29"),
  },
  {
    id: "1.repair",
    text: ["Now repair it: let all three conditions hold again."],
    says: "All three hold again. If you took votes back: that is possible in this picture, but a priest cannot take a vote back.",
    isSolved: allHold,
  },
  {
    id: "1.quorums",
    text: ["Break ", strong("B2"), ": let a click change the quorum, and find two quorums that you can keep apart."],
    says: "Two quorums have no priest in common, so the later ballot may know nothing of the earlier one. Majorities cannot be kept apart: two sets of three out of five priests always share one.",
    isSolved: (figure) => atFault(figure, "B2").length > 0,
  },
];

/** @type {import("synod/lesson.js").Chapter} */
export const chapter = {
  title: "Figure 1",
  cites: "“The Part-Time Parliament”, §1.2 and §2.1",
  tasks: ["1.successful", ...TASKS.map(({ id }) => id)],
  open(lesson) {
    const list = tasks(TASKS, lesson);
    const editor = makeEditor(lesson, list.notice);
    const text = [
      p("The priests of an island decide on a decree, and each writes it in his own ledger. Priests come and go; messages come late, twice or never. Still, no two ledgers may hold contradictory decrees. This is ", term("Consistency"), " (§1.2)."),
      p("Priests vote in ", term("ballots"), ". A ballot has a number, a decree, a ", term("quorum"), " (the priests whose votes it needs) and the priests who have voted. It is ", term("successful"), " when its whole quorum has voted. “Earlier” means: with a smaller number."),
      more("The same in the words of the field", meanings([["priest", "process; proposer, acceptor and learner in one"], ["decree", "value, command"], ["ballot", "round, term"], ["ledger", "durable log, stable storage"], ["slip of paper", "memory, lost in a crash"], ["successful", "chosen"]])),
      p("The picture is Figure 1 of the paper."),
      question({ task: "1.successful", parts: [{ name: "ballot", ask: "Which ballot is successful?", choices: BALLOTS }] }, lesson),
      p("Ballots must satisfy three conditions (§2.1). The lights above the picture show them."),
      meanings([
        [strong("B1"), "Different ballots have different numbers."],
        [strong("B2"), "Any two quorums have a priest in common."],
        [strong("B3"), "If any priest of a ballot’s quorum voted in an earlier ballot, the ballot has the decree of the latest of those earlier ballots."],
      ]),
      h("h3", {}, "Try it"),
      list.element,
      more("Keys", p("← and → turn the chapters; on the stage they move its film. In Figure 1 the arrow keys go from place to place, and Enter changes what is there.")),
      more("What else can be clicked", p("A click on a number gives the ballot the number of the ballot above: then ", code("B1"), " breaks. A click beside the last priest of a row shows which vote binds the ballot. A vote of a priest who is not in the quorum does not help the ballot, but it binds later ballots all the same.")),
    ];
    return { text, stage: editor.element };
  },
};
