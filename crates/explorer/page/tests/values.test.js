/** @file The values of variables as text. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { differences, flat, inLine, isEmpty, lines, parse } from "synod/values.js";

const NODE =
  'Node { term: 3, log: [Entry { term: 1, value: "a, {b" }, Entry { term: 2, value: "c" }], leader: Some(2), acks: {1: (0, true), 2: (1, false)} }';

test("a text in one line is what it was", () => {
  const texts = [
    NODE,
    "Some(Prepared)",
    "{1, 2}",
    "{}",
    "[]",
    "()",
    "Unit",
    "−∞",
    "-3",
    "a → b",
    "'a'",
    "Foo { .. }",
    '"\\"quoted\\", {"',
    "ballot 0 on a with {Α Β}",
    "Kind::Of(1)",
  ];
  texts.forEach((text) => assert.equal(flat(parse(text)), text));
});

test("what is not understood stays one text", () => {
  for (const text of ["Node { a: 1", "a } b", 'x { "open }', "f(1) and g(2)", "don't { a: 1"]) {
    assert.deepEqual(lines(text, 4), [{ depth: 0, text }]);
  }
});

test("a struct that is too long has a line for each field", () => {
  const shown = lines(NODE, 40).map(({ depth, text }) => "  ".repeat(depth) + text);
  assert.deepEqual(shown, [
    "Node {",
    "  term: 3",
    "  log: [",
    '    Entry { term: 1, value: "a, {b" }',
    '    Entry { term: 2, value: "c" }',
    "  ]",
    "  leader: Some(2)",
    "  acks: {1: (0, true), 2: (1, false)}",
    "}",
  ]);
});

test("two texts of one struct differ in fields", () => {
  const after = NODE.replace("term: 3", "term: 4").replace("Some(2)", "None");
  assert.deepEqual(differences(NODE, after), [
    { path: "term", before: "3", after: "4" },
    { path: "leader", before: "Some(2)", after: "None" },
  ]);
  assert.deepEqual(differences("A { b: C { d: 1 } }", "A { b: C { d: 2 } }"), [
    { path: "b.d", before: "1", after: "2" },
  ]);
});

test("texts that are not of one struct differ as a whole", () => {
  assert.deepEqual(differences("None", "Some(1)"), [{ path: "", before: "None", after: "Some(1)" }]);
  assert.deepEqual(differences("A { x: 1 }", "B { x: 1 }"), [
    { path: "", before: "A { x: 1 }", after: "B { x: 1 }" },
  ]);
});

test("sets differ by elements", () => {
  assert.deepEqual(differences(["a", "b"], ["b", "c"]), [
    { path: "", before: "a", after: "" },
    { path: "", before: "", after: "c" },
  ]);
});

test("values that say that nothing is set are empty", () => {
  for (const value of ["−∞", "BLANK", "blank", "None", "", []]) assert.ok(isEmpty(value));
  for (const value of ["0", "a", ["a"], "false"]) assert.ok(!isEmpty(value));
});

test("a set in one line has braces", () => {
  assert.deepEqual([inLine(["a", "b"]), inLine([]), inLine("x")], ["{a, b}", "∅", "x"]);
});
