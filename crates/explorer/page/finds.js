// @ts-check
/** @file Finding runs: a search, and the run that it has found, loaded at its end. */

import { makeAsking, tellNothing } from "synod/asking.js";
import { openChecked } from "synod/checked.js";
import * as films from "synod/film.js";
import { dismiss, doing } from "synod/say.js";

/** @typedef {import("synod/types").SearchFor} SearchFor */

/** @param {ReturnType<typeof import("synod/session.js").makeSession>} session */
export function makeFinds(session) {
  const asking = makeAsking();
  const violation = (/** @type {string | null} */ claim) => doing(() => find({ violation: claim }));
  const example = (/** @type {string} */ partner) => doing(() => find({ example: partner }));

  /**
   * Searches, and loads the run that is found.
   * @param {SearchFor} what
   */
  async function find(what) {
    const { spec } = session.state;
    if (!spec) return;
    dismiss("result");
    const found = await asking.search(spec.name, what);
    if (!found || session.state.spec !== spec) return;
    if (found.verdict !== "found") return tellNothing(found);
    await session.load({ ...found, end: null, at: found.steps.length });
    const sought = "violation" in what ? (what.violation ?? found.property) : null;
    const property = sought ?? found.property ?? ("example" in what ? what.example : "a claim");
    const entry = session.state.film?.at ?? 0;
    session.change({ sought, find: { entry, find: { property, length: found.steps.length, isShortest: found.is_shortest } } });
    await askAvoidable();
  }

  /** Asks, in the background, after which step the violation in the run cannot be avoided any more. */
  async function askAvoidable() {
    const { film, sought, spec } = session.state;
    if (!film || !spec) return;
    const line = films.line(film);
    const broken = line[films.breaks(line.map((one) => one.view), sought)];
    const claim = sought ?? broken?.view.violations[0]?.claim;
    if (!broken || !claim) return;
    const answer = await asking.avoidable(session.place(films.steps(film, broken.id)), claim);
    const after = answer?.unavoidable_after ?? null;
    if (session.state.spec === spec && after !== null) session.change({ doomed: line[after]?.id ?? null });
  }

  /** Checks the whole space, and shows what was found. */
  async function check() {
    const { spec } = session.state;
    const checked = spec && (await asking.check(spec.name));
    if (checked) openChecked(checked, { onViolation: violation, onExample: example });
  }

  return {
    violation,
    example,
    /** The violation that the spec expects. */
    expected: () => violation(session.state.spec?.property ?? null),
    check: () => doing(check),
    askAvoidable,
    stop: asking.stop,
  };
}
