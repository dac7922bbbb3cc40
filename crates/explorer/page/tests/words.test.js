// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { matching } from "synod/picker.js";
import { inWords, plural, processName, sentence } from "synod/words.js";

test("a sentence begins with a capital and ends with a full stop, but a variable stays", () => {
  assert.equal(sentence("ballot 1 is bound"), "Ballot 1 is bound.");
  assert.equal(sentence("nextBal[Α] is 3."), "nextBal[Α] is 3.");
});

test("bounds are read however they are written", () => {
  assert.equal(inWords("2 priests"), "2 priests");
  assert.equal(inWords(["2 priests", "ballots 0 1"]), "2 priests, ballots 0 1");
  assert.equal(inWords({ priests: 2, decrees: ["a", "b"] }), "priests 2, decrees a, b");
  assert.equal(inWords(null), "");
});

test("a priest has a Latin name, another process has its own", () => {
  assert.equal(processName("Α"), "Α Alpha");
  assert.equal(processName("node-1"), "node-1");
  assert.equal(processName(null), "The system");
});

test("one step is not steps", () => {
  assert.equal(plural(1, "step"), "1 step");
  assert.equal(plural(1200, "step"), "1,200 steps");
});

test("specs are found by words in any order", () => {
  const spec = { name: "basic/mutants/x-breaks-B3", about: "The vote is ignored.", protocol: "basic", mutant: "x", size: "small", expects: /** @type {const} */ ("violated"), property: "B3", states: null };
  assert.equal(matching([spec], "b3 IGNORED").length, 1);
  assert.equal(matching([spec], "parliament").length, 0);
});
