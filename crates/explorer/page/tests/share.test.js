// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { decode, encode } from "synod/share.js";

const link = { spec: "basic/mutants/x", begin: null, steps: ["Α: Receive LastVote(0, (Β, 0, a))", "Α: Fail (2)", "Α: a & b = c + d"], end: "0f3a", at: 3 };

test("a link leads back to the same place", () => {
  assert.deepEqual(decode(encode(link)), link);
  assert.deepEqual(decode(encode({ ...link, at: 0 })), { ...link, at: 0 });
  const begin = { number: 17, id: "a1b2" };
  assert.deepEqual(decode(encode({ ...link, begin })), { ...link, begin });
});

test("a link that names no spec is none", () => {
  assert.equal(decode(""), null);
  assert.equal(decode("#step=a"), null);
});

test("a position outside the run means its end", () => {
  assert.equal(decode("#spec=s&step=a&at=7")?.at, 1);
  assert.equal(decode("#spec=s&step=a&at=x")?.at, 1);
});

test("a beginning without its digest is none", () => {
  assert.equal(decode("#spec=s&number=3")?.begin, null);
});
