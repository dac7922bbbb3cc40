// @ts-check
/** @file Chapter 2 of the lesson: which decree B3 allows, and why B1, B2 and B3 are enough. */

import { call } from "synod/api.js";
import { h } from "synod/dom.js";
import { ballot, FIGURE_1 } from "synod/lesson-ballots.js";
import { drawBallots, onWidth } from "synod/lesson-drawn.js";
import { question } from "synod/lesson-question.js";
import { meanings, p, term } from "synod/lesson-words.js";

/** @typedef {import("synod/lesson-ballots.js").Ballot} Ballot */
/** @typedef {import("synod/lesson-question.js").Choice} Choice */

/** What has happened before ballot 20. */
const EARLIER = FIGURE_1.slice(0, 3);

/** @type {Choice[]} */
const OF_ABC = [
  { value: "α", text: "α only", isRight: true, why: "Γ voted for β in ballot 5, Β for α in ballot 14, and Α in none. The latest of these votes is Β’s, so MaxVote is for α." },
  { value: "β", text: "β only", why: "Γ did vote for β, in ballot 5. But Β is in the quorum, too, and voted later: for α, in ballot 14. The picture shows what your choice does to B3." },
  { value: "either", text: "α or β", why: "Any decree would do if nobody in the quorum had voted before. Β and Γ did. The picture shows ballot 20 with β." },
  { value: "none", text: "neither: the votes disagree", why: "The votes of Β and Γ disagree, but only the latest counts. So there is always a decree that B3 allows (Theorem 2). Which vote is the latest?" },
];

/** @type {Choice[]} */
const OF_ACD = [
  { value: "α", text: "α only", why: "Δ voted for α, in ballot 2. Γ voted later, in ballot 5. The picture shows what your choice does to B3." },
  { value: "β", text: "β only", isRight: true, why: "Δ voted for α in ballot 2, Γ for β in ballot 5. The latest is Γ’s. Votes of Β and Ε do not count: they are not in this quorum. For the same reason ballot 27 of Figure 1 has β." },
  { value: "either", text: "α or β", why: "Γ and Δ have voted, so the decree is bound. The picture shows ballot 20 with α." },
  { value: "none", text: "neither: the votes disagree", why: "Only the latest vote of the quorum counts. Which one is it, Δ’s in ballot 2 or Γ’s in ballot 5?" },
];

/** @type {import("synod/lesson.js").Chapter} */
export const chapter = {
  title: "B3",
  cites: "§2.1: MaxVote, the Lemma, Theorem 1 and Theorem 2",
  tasks: ["2.abc", "2.acd"],
  open(lesson) {
    const stage = makePicture(lesson);
    const showing = (/** @type {string} */ quorum, /** @type {Record<string, string>} */ decrees) => async (/** @type {Record<string, Choice>} */ answers) => {
      await stage.show([...EARLIER, ballot(20, decrees[answers["decree"]?.value ?? ""] ?? "α", quorum, "")], 3);
    };
    const ask = (/** @type {string} */ quorum) => `Its quorum shall be ${[...quorum].join(" ")}. Which decree may ballot 20 have?`;
    const text = [
      p("Go back in time: only ballots 2, 5 and 14 of Figure 1 have begun. A priest wants to begin ballot 20. He asks the priests of a quorum Q for the latest vote that each has cast below 20."),
      meanings([[term("MaxVote(20, Q)"), "The latest of these votes. B3 says that ballot 20 has its decree. If nobody in Q has voted, the ballot may have any decree."]]),
      question({ task: "2.abc", parts: [{ name: "decree", ask: ask("ΑΒΓ"), choices: OF_ABC }], onAnswer: showing("ΑΒΓ", { β: "β", either: "β" }) }, lesson),
      question({ task: "2.acd", parts: [{ name: "decree", ask: ask("ΑΓΔ"), choices: OF_ACD }], onAnswer: showing("ΑΓΔ", { β: "β", none: "β" }) }, lesson),
      h("h3", {}, "Why this is enough"),
      p("Let ballot B be successful, and suppose that some later ballot has another decree; let C be the earliest of these. The quorum of C shares a priest with the quorum of B (B2), and he voted in B; so the latest earlier vote of C’s quorum is in B or in a ballot between B and C, and all of these have B’s decree. Then B3 gives C the decree of B: so there is no such C, and every ballot after a successful one has its decree (the ", term("Lemma"), ")."),
      p("Of two successful ballots one is later, for their numbers differ (B1). So both have the same decree: ", term("Theorem 1"), ". A priest writes a decree in his ledger only when its ballot was successful, so no two ledgers disagree."),
      p("In Figure 1, ballot 27 is successful with β. Whatever quorum B2 had allowed ballot 29, B3 would have given it β."),
    ];
    return { text, stage: stage.element };
  },
};

/** @param {import("synod/lesson.js").Lesson} lesson */
function makePicture(lesson) {
  /** @type {{ judged: import("synod/types").Figure, chosen: number | null } | null} */
  let shown = null;
  const picture = h("div", {});
  const element = h("div", { class: "editor" }, picture);
  const draw = () => {
    if (!shown || element.clientWidth === 0) return;
    picture.replaceChildren(drawBallots(shown.judged, picture.clientWidth, shown.chosen));
  };
  /**
   * @param {Ballot[]} ballots
   * @param {number | null} chosen
   */
  const show = async (ballots, chosen) => {
    shown = { judged: await call("judge", { ballots }), chosen };
    draw();
  };
  onWidth(element, draw);
  lesson.doing(() => show(EARLIER, null));
  return { element, show };
}
