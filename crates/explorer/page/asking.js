// @ts-check
/** @file Searches of the server, with their progress and a way to cancel them. One runs at a time. */

import { call } from "synod/api.js";
import { h } from "synod/dom.js";
import { dismiss, notice, problem, say } from "synod/say.js";
import { follow } from "synod/searches.js";
import { grouped, sentence } from "synod/words.js";

/** @typedef {import("synod/types").Found} Found */
/** @typedef {import("synod/types").Checked} Checked */
/** @typedef {import("synod/types").Avoidable} Avoidable */
/** @typedef {import("synod/types").Searched} Searched */
/** @typedef {import("synod/types").SearchFor} SearchFor */

/** How long a search runs before its progress is shown, in milliseconds. */
const PATIENCE = 150;

export function makeAsking() {
  /** @type {(() => Promise<unknown>) | null} */
  let cancel = null;
  let turn = 0;

  /**
   * Runs a search, shows its progress, and returns what it has found; null if another one has begun since.
   * @template R
   * @param {string} what
   * @param {() => Promise<{ search: string }>} begin
   * @returns {Promise<R | null>}
   */
  async function run(what, begin) {
    stop();
    const mine = ++turn;
    const shown = makeProgress(what, () => cancel?.().catch(problem));
    const search = follow(begin(), (progress) => mine === turn && shown.update(progress));
    cancel = search.cancel;
    try {
      const result = await search.result;
      return mine === turn ? /** @type {R} */ (result) : null;
    } finally {
      if (mine === turn) cancel = null;
      shown.remove();
    }
  }

  /** Cancels the search that runs. */
  function stop() {
    turn += 1;
    cancel?.().catch(() => undefined);
    cancel = null;
  }

  return {
    stop,
    /**
     * @param {string} spec
     * @param {SearchFor} what
     * @returns {Promise<Found | null>}
     */
    search: (spec, what) => run(inWords(what), () => call("search", { spec, for: what })),
    /**
     * @param {string} spec
     * @returns {Promise<Checked | null>}
     */
    check: (spec) => run("Checking the whole space", () => call("check", { spec })),
    /**
     * Asks without showing it.
     * @param {import("synod/types").Place} place
     * @param {string} claim
     */
    avoidable: async (place, claim) =>
      /** @type {Avoidable | null} */ (await follow(call("avoidable", { ...place, claim }), () => undefined).result),
  };
}

/** @param {SearchFor} what */
function inWords(what) {
  if ("example" in what) return `Searching for the shortest run in which ${what.example}`;
  return `Searching for the shortest run that breaks ${what.violation ?? "a claim"}`;
}

/**
 * @param {string} what
 * @param {() => void} onCancel
 */
function makeProgress(what, onCancel) {
  const numbers = h("span", { class: "numbers" });
  const cancel = h("button", { type: "button", onclick: onCancel }, "Cancel");
  const timer = setTimeout(() => notice("progress", h("span", { class: "moving", "aria-hidden": "true" }), h("strong", {}, what), numbers, cancel), PATIENCE);
  say(`${what}.`);
  return {
    /** @param {Searched} progress */
    update({ phase, states, depth, seconds }) {
      numbers.textContent = `${phase}: ${grouped(states)} states, depth ${depth}, ${seconds.toFixed(1)} s`;
    },
    remove() {
      clearTimeout(timer);
      dismiss("progress");
    },
  };
}

/**
 * Tells what a search has found, if it is not a run.
 * @param {Found} found
 */
export function tellNothing({ verdict, why, property }) {
  const what = verdict === "stopped" ? "The search has stopped." : `No run within the bounds does this${property ? ` (${property})` : ""}.`;
  notice("result", h("strong", {}, what), why ? ` ${sentence(why)}` : null);
}
