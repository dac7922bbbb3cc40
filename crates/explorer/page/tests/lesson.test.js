// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { allHold, atFault, FIGURE_1, inRows, toggleDecree, toggleMember, toggleNumber, toggleVote } from "synod/lesson-ballots.js";
import { hint } from "synod/lesson-hints.js";
import { chapterOf, hashOf, isLesson, solvedIn } from "synod/lesson-progress.js";

const drawn = () => FIGURE_1.map(({ number, decree, quorum, voters }) => `${number} ${decree} ${quorum.join("")} ${voters.join("")}`);

test("Figure 1 is the paper's", () => {
  assert.deepEqual(drawn(), ["2 α ΑΒΓΔ Δ", "5 β ΑΒΓΕ Γ", "14 α ΒΔΕ ΒΕ", "27 β ΑΓΔ ΑΓΔ", "29 β ΒΓΔ Β"]);
});

test("a change changes one ballot, and the same change again takes it back", () => {
  const changed = toggleVote(FIGURE_1, 4, "Γ");
  assert.deepEqual(changed[4]?.voters, ["Β", "Γ"]);
  assert.deepEqual(changed.slice(0, 4), FIGURE_1.slice(0, 4));
  assert.deepEqual(toggleVote(changed, 4, "Γ"), FIGURE_1);
  assert.equal(toggleDecree(FIGURE_1, 0)[0]?.decree, "β");
  assert.deepEqual(toggleDecree(toggleDecree(FIGURE_1, 0), 0), FIGURE_1);
});

test("a ballot takes the number of the one above, and its own again", () => {
  const changed = toggleNumber(FIGURE_1, 4);
  assert.equal(changed[4]?.number, 27);
  assert.deepEqual(toggleNumber(changed, 4), FIGURE_1);
  assert.deepEqual(toggleNumber(FIGURE_1, 0), FIGURE_1);
});

test("a quorum keeps its last member", () => {
  const few = ["Α", "Γ", "Δ"].reduce((all, priest) => toggleMember(all, 3, priest), FIGURE_1);
  assert.deepEqual(few[3]?.quorum, ["Δ"]);
});

/** @param {import("synod/lesson-ballots.js").Ballot[]} ballots */
const rows = (ballots) => ballots.map((one) => ({ ...one, number: String(one.number), instance: null, is_successful: false, bound_by: null }));

/**
 * @param {string | null} witness
 * @param {number[]} ballots
 */
const b3 = (witness, ballots) => ({ name: "B3", meaning: "", witness, ballots });

test("ballots of one number are found in whatever rows they are", () => {
  const ballots = toggleNumber(FIGURE_1, 4);
  const judged = rows(ballots);
  const figure = { caption: "", drawing: "", conditions: [], ballots: [...judged.slice(0, 3), ...judged.slice(3).reverse()] };
  assert.deepEqual(inRows(ballots, figure), [0, 1, 2, 4, 3]);
});

test("the ballots at fault are those of a condition that is broken", () => {
  const figure = { caption: "", drawing: "", ballots: rows(FIGURE_1), conditions: [b3("29 is not bound", [3, 4])] };
  assert.deepEqual(atFault(figure, "B3"), ["27", "29"]);
  assert.equal(allHold(figure), false);
  assert.deepEqual(atFault({ ...figure, conditions: [b3(null, [])] }, "B3"), []);
});

test("the address names a chapter, and only one that there is", () => {
  assert.deepEqual(["#learn", "#learn=3", "#learn=99", "#learn=0", "#learn=x"].map((hash) => chapterOf(hash, 7)), [1, 3, 7, 1, 1]);
  assert.equal(chapterOf(hashOf(5), 7), 5);
  assert.deepEqual(["#learn", "#learn=2", "#spec=learn", "", "#learned"].map(isLesson), [true, true, false, false, false]);
});

test("what the browser has kept is read, whatever it is", () => {
  assert.deepEqual(solvedIn('["1.break"]'), ["1.break"]);
  for (const kept of [null, "", "{}", "7", "[1]"]) assert.deepEqual(solvedIn(kept), []);
});

test("a hint is the step that is furthest along in the protocol", () => {
  const choice = (/** @type {string} */ kind) => ({ step: `Α: ${kind}`, process: "Α", does: kind, kind, happens: /** @type {const} */ ("acts"), receives: null, changes: [], violates: [], objection: null, panics: null, leaves_bounds: false });
  assert.equal(hint([choice("Receive NextBallot"), choice("Send Voted"), choice("Send LastVote")])?.step, "Α: Send Voted");
  assert.equal(hint([]), null);
});
