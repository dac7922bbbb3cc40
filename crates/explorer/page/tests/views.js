/** @file Small views for the tests: only what a test is about is given. */

/**
 * @param {Partial<import("synod/types").View>} given
 * @returns {import("synod/types").View}
 */
export function view(given = {}) {
  return {
    id: "0",
    action: null,
    process: null,
    does: null,
    kind: null,
    happens: "acts",
    receives: null,
    sends: [],
    objection: null,
    changes: [],
    fields: [],
    messages: [],
    figure: null,
    tables: [],
    violations: [],
    reached: [],
    ...given,
  };
}

/**
 * A step of a process.
 * @param {string} process
 * @param {string} does
 * @param {Partial<import("synod/types").View>} [given]
 */
export function step(process, does, given = {}) {
  return view({ action: `${process}: ${does}`, process, does, kind: does, ...given });
}

/**
 * @param {string} name
 * @param {string | null} from
 * @param {string[]} to
 * @returns {import("synod/types").Message}
 */
export function message(name, from, to) {
  return { name, from, to };
}

/**
 * @param {string | null} process
 * @param {string} variable
 * @param {import("synod/types").Value} value
 * @param {import("synod/types").Part} [part]
 * @returns {import("synod/types").Field}
 */
export function field(process, variable, value, part = null) {
  return { variable, key: variable, process, part, value };
}
