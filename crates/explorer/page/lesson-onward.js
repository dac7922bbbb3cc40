// @ts-check
/** @file The end of the lesson: where to go on. */

import { h } from "synod/dom.js";
import { code, meanings, p, specLink } from "synod/lesson-words.js";

/** @type {import("synod/lesson.js").Chapter} */
export const chapter = {
  title: "Where to go on",
  cites: "§3 and beyond",
  tasks: [],
  open(lesson) {
    const text = [
      p("You have seen why B1, B2 and B3 keep all ledgers consistent, how the protocol keeps B3, what two presidents cost, and that a rule which looks right may break B3 with three ballots. The runs were computed while you watched."),
      h("h3", {}, "In this explorer"),
      h(
        "ul",
        { class: "onward" },
        h("li", {}, specLink("basic/mutants/a-LastVote-without-promise-breaks-Consistency"), ": another rule dropped, the promise. Predict first."),
        h("li", {}, specLink("basic/lost-slips-are-harmless"), ": priests lose their slips, and nothing breaks. What would, if they lost a ledger?"),
        h("li", {}, specLink("basic/mutants/a-forgotten-prevBal-breaks-Consistency"), ": here a part of the ledger is lost."),
        h("li", {}, specLink("parliament/a-gap-is-filled-with-the-olive-day"), ": many decrees, a gap among them, and a new president who fills it (§3.1)."),
      ),
      h("h3", {}, "At the command line"),
      meanings([
        [code("synod list"), "all specs, with what each expects"],
        [code("synod check SPEC"), "every state within the bounds, and the shortest run that breaks a claim"],
        [code("synod init"), "a run spec of your own, with other bounds or another mutant"],
      ]),
      h("h3", {}, "To read"),
      meanings([
        [code("docs/your-own-protocol.md"), "check your own protocol in ten minutes"],
        [code("docs/differences.md"), "every difference from the paper, with the runs that show them"],
        [code("docs/glossary.md"), "the paper’s words, the field’s words, and the names in the code"],
      ]),
      h("div", { class: "tools" }, h("button", { type: "button", "data-restart": true, onclick: lesson.restart }, "Begin the lesson anew")),
    ];
    return { text, stage: null };
  },
};
