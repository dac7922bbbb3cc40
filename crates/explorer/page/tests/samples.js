// @ts-check
/** @file Views for tests. */

/**
 * A view in which nothing happens, with some of it changed.
 * @param {string} id
 * @param {Partial<import("synod/types").View>} [part]
 * @returns {import("synod/types").View}
 */
export function view(id, part = {}) {
  return {
    id, action: id, process: null, does: null, kind: null, happens: "acts", receives: null, sends: [], objection: null,
    changes: [], fields: [], messages: [], figure: null, tables: [], violations: [], reached: [], ...part,
  };
}

/**
 * @param {string} number
 * @param {Partial<import("synod/types").Ballot>} [part]
 * @returns {import("synod/types").Ballot}
 */
export function ballot(number, part = {}) {
  return { instance: null, number, decree: "a", quorum: ["Α", "Β"], voters: [], is_successful: false, bound_by: null, ...part };
}
