/** @file Which fields of a state are shown, on which card. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { cardsOf } from "synod/state.js";
import { field, view } from "./views.js";

const state = (/** @type {string} */ number) =>
  view({
    fields: [
      field("Β", "status", "idle", "slip"),
      field("Β", "nextBal", number, "ledger"),
      field("Α", "nextBal", "0", "ledger"),
      field(null, "𝓜", ["NextBallot(0)"]),
    ],
  });

const names = (/** @type {import("synod/state.js").Card[]} */ cards) =>
  cards.map(({ process, groups }) => [
    process,
    ...groups.flatMap(({ fields }) => fields.map(({ field }) => field.variable)),
  ]);

test("each process has a card with its ledger first, and everybody has the last", () => {
  assert.deepEqual(names(cardsOf(state("0"), { processes: ["Α", "Β"] })), [
    ["Α", "nextBal"],
    ["Β", "nextBal", "status"],
    [null, "𝓜"],
  ]);
});

test("a field that differs from the view before has its old value", () => {
  const shown = cardsOf(state("1"), { before: state("0") }).flatMap(({ groups }) =>
    groups.flatMap(({ fields }) => fields),
  );
  assert.deepEqual(
    shown.filter(({ old }) => old !== undefined).map(({ field, old }) => [field.variable, old]),
    [["nextBal", "0"]],
  );
});

test("a filter finds variables, processes by both names, and parts", () => {
  const found = (/** @type {string} */ filter) =>
    names(cardsOf(state("0"), { processes: ["Α", "Β"], filter }));
  assert.deepEqual(found("next"), [
    ["Α", "nextBal"],
    ["Β", "nextBal"],
  ]);
  assert.deepEqual(found("beta"), [["Β", "nextBal", "status"]]);
  assert.deepEqual(found("Β slip"), [["Β", "status"]]);
  assert.deepEqual(found("everybody"), [[null, "𝓜"]]);
  assert.deepEqual(found("nothing like it"), []);
});
