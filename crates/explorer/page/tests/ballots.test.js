/** @file What Figure 1 says in sentences. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  breaksItsBinding,
  columns,
  explain,
  explainCondition,
  faults,
  groups,
  verdict,
} from "synod/ballots.js";

/** @returns {import("synod/types").Ballot} */
function ballot(number, decree, quorum, voters, bound_by = null, instance = null) {
  const is_successful = [...quorum].every((member) => voters.includes(member));
  return {
    instance,
    number: String(number),
    decree,
    quorum: [...quorum],
    voters: [...voters],
    is_successful,
    bound_by,
  };
}

/** The paper's example. */
const FIGURE = {
  caption: "",
  drawing: "",
  ballots: [
    ballot(2, "α", "ΑΒΓΔ", "Δ"),
    ballot(5, "β", "ΑΒΓΕ", "Γ"),
    ballot(14, "α", "ΒΔΕ", "ΒΕ", { voter: "Δ", ballot: 0 }),
    ballot(27, "β", "ΑΓΔ", "ΑΓΔ", { voter: "Γ", ballot: 1 }),
    ballot(29, "β", "ΒΓΔ", "Β", { voter: "Γ", ballot: 3 }),
  ],
  conditions: [
    {
      name: "B3",
      meaning: "A ballot has the decree of the latest earlier vote of its quorum.",
      witness: null,
      ballots: [],
    },
  ],
};
const BROKEN = {
  ...FIGURE,
  ballots: FIGURE.ballots.with(4, { ...FIGURE.ballots[4], decree: "α" }),
  conditions: [{ ...FIGURE.conditions[0], witness: "ballot 29 does not carry β", ballots: [3, 4] }],
};

test("a ballot is bound by the latest earlier vote of its quorum", () => {
  assert.equal(
    explain(FIGURE, 4),
    "Ballot 29 with quorum Β Γ Δ: the latest earlier vote of its quorum is Γ's in ballot 27 for β, so its decree must be β. It lacks the votes of Γ Δ.",
  );
});

test("a ballot whose quorum has not voted before is free", () => {
  assert.equal(
    explain(FIGURE, 0),
    "Ballot 2 with quorum Α Β Γ Δ: no member of its quorum voted in an earlier ballot, so its decree may be any; it is α. It lacks the votes of Α Β Γ.",
  );
});

test("a ballot all of whose quorum voted is successful", () => {
  assert.match(explain(FIGURE, 3), /Its whole quorum voted: it is successful\.$/);
});

test("a ballot with another decree than that by which it is bound breaks its binding", () => {
  assert.match(explain(BROKEN, 4), /so its decree must be β, but it is α\./);
  assert.deepEqual(
    BROKEN.ballots.map((_, place) => breaksItsBinding(BROKEN, place)),
    [false, false, false, false, true],
  );
});

test("a condition says what it means, and what is wrong", () => {
  const [holds, broken] = [FIGURE, BROKEN].map((figure) => explainCondition(figure, figure.conditions[0]));
  assert.equal(holds, "B3 holds. A ballot has the decree of the latest earlier vote of its quorum.");
  assert.equal(
    broken,
    "B3 is broken (ballots 27 and 29). A ballot has the decree of the latest earlier vote of its quorum. Here: ballot 29 does not carry β.",
  );
});

test("a light says which ballots are at fault", () => {
  assert.deepEqual(
    [FIGURE, BROKEN].map((figure) => verdict(figure, figure.conditions[0])),
    ["B3 holds", "B3 broken: 27, 29"],
  );
});

test("the ballots at fault are marked with the condition", () => {
  assert.deepEqual(
    BROKEN.ballots.map((_, place) => faults(BROKEN, place)),
    [[], [], [], ["B3"], ["B3"]],
  );
});

test("processes that are not given are found in the ballots", () => {
  assert.deepEqual(columns(FIGURE), ["Α", "Β", "Γ", "Δ", "Ε"]);
  assert.deepEqual(columns(FIGURE, ["Ε", "Ζ"]), ["Ε", "Ζ", "Α", "Β", "Γ", "Δ"]);
});

test("ballots on several decree numbers are grouped", () => {
  const ballots = [
    ballot(0, "a", "Α", "", null, "1"),
    ballot(0, "b", "Α", "", null, "2"),
    ballot(1, "a", "Α", "", null, "1"),
  ];
  assert.deepEqual(groups(ballots), [
    { instance: "1", ballots: [0, 2] },
    { instance: "2", ballots: [1] },
  ]);
  assert.match(explain({ ...FIGURE, ballots }, 0), /^Decree number 1, ballot 0 with quorum Α: /);
});
