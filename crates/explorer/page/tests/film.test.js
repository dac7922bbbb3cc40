// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import * as films from "synod/film.js";
import { view } from "./samples.js";

/** A film in which these steps were taken. @param {string[]} names */
const filmOf = (...names) => names.reduce((film, name) => films.take(film, name, view(name)), films.begin(view("start")));
/** @param {films.Film} film */
const lineOf = (film) => films.line(film).map((one) => one.view.id).join(" ");
/** @param {films.Film} film @param {number} at */
const at = (film, at) => films.goTo(film, films.line(film)[at]?.id ?? 0);

test("a step back leaves the rest of the run to be played", () => {
  const film = at(filmOf("a", "b", "c"), 1);
  assert.equal(films.position(film), 1);
  assert.equal(lineOf(film), "start a b c");
});

test("another step begins a branch, and the first run stays", () => {
  const film = films.take(at(filmOf("a", "b", "c"), 1), "x", view("x"));
  assert.equal(lineOf(film), "start a x");
  const first = films.goTo(film, 3);
  assert.equal(lineOf(first), "start a b c");
});

test("a step that was tried before is not added again", () => {
  const film = films.take(at(filmOf("a", "b"), 0), "a", view("a"));
  assert.equal(film.entries.length, 3);
  assert.equal(lineOf(film), "start a b");
});

test("undo takes back the last choice, and redo takes it again", () => {
  const branched = films.take(at(filmOf("a", "b"), 0), "x", view("x"));
  const undone = films.undo(branched);
  assert.equal(films.position(undone), 0);
  assert.deepEqual(films.steps(films.redo(undone)), ["x"]);
  const before = films.undo(undone);
  assert.deepEqual(films.steps(before), ["a", "b"]);
});

test("undo of nothing changes nothing", () => {
  const film = filmOf();
  assert.equal(films.undo(film), film);
  assert.equal(films.redo(film), film);
});

test("a film never changes", () => {
  const film = filmOf("a");
  films.take(film, "b", view("b"));
  assert.equal(lineOf(film), "start a");
});

test("a loaded run shares the beginning with what was tried", () => {
  const views = ["start", "a", "y", "z"].map((id) => view(id));
  const film = films.load(filmOf("a", "b"), ["a", "y", "z"], views, 2);
  assert.equal(film.entries.length, 5);
  assert.equal(lineOf(film), "start a y z");
  assert.equal(films.position(film), 2);
  assert.deepEqual(films.steps(films.undo(film)), ["a", "b"]);
});

test("a loaded run is shown at its end", () => {
  const film = films.load(filmOf(), ["a"], [view("start"), view("a")]);
  assert.equal(films.position(film), 1);
});

test("the sibling of a step is the other one that was tried there", () => {
  const film = films.take(at(filmOf("a"), 0), "x", view("x"));
  assert.deepEqual(films.steps(films.sibling(film, 1)), ["a"]);
  assert.deepEqual(films.steps(films.sibling(films.sibling(film, 1), 1)), ["x"]);
});

test("the tree joins steps without a branch into parts", () => {
  const film = films.take(at(filmOf("a", "b", "c"), 2), "x", view("x"));
  const root = films.tree(film);
  assert.deepEqual([root.first.view.id, root.last.view.id, root.length], ["start", "b", 3]);
  assert.deepEqual(root.branches.map((part) => [part.last.view.id, part.isOnLine, part.isShown]), [["c", false, false], ["x", true, true]]);
});

test("the steps that break a claim, the forbidden step and the step of no return are marked", () => {
  const broken = { claim: "B3", meaning: "", witness: "" };
  const views = [view("0"), view("1", { objection: "no" }), view("2", { violations: [broken] }), view("3", { violations: [broken] })];
  assert.deepEqual(films.marks(views, 1).map(({ at: step, kind }) => [step, kind]), [[1, "objection"], [2, "violation"], [1, "unavoidable"]]);
  assert.equal(films.breaks(views, "B1"), -1);
});
