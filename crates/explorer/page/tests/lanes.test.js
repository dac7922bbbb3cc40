/** @file How lanes are cut. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { piecesOf } from "synod/lanes.js";

test("a crash cuts a lane, and the lane goes on after it", () => {
  const cuts = [
    { from: 40, to: 58 },
    { from: 90, to: 108 },
  ];
  assert.deepEqual(piecesOf(0, 200, cuts), [
    { from: 0, to: 40 },
    { from: 58, to: 90 },
    { from: 108, to: 200 },
  ]);
});

test("a crash elsewhere cuts nothing", () => {
  assert.deepEqual(piecesOf(100, 200, [{ from: 40, to: 58 }]), [{ from: 100, to: 200 }]);
});

test("a stretch that begins in a crash begins after it", () => {
  assert.deepEqual(piecesOf(50, 80, [{ from: 40, to: 58 }]), [{ from: 58, to: 80 }]);
});
