// @ts-check
/** @file The names of priests: Greek letters in the paper, with their Latin names beside them. */

const LATIN = /** @type {const} */ ([
  "Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "Eta", "Theta", "Iota", "Kappa",
  "Lambda", "Mu", "Nu", "Xi", "Omicron", "Pi", "Rho", "Sigma", "Tau", "Upsilon", "Phi",
  "Chi", "Psi", "Omega",
]);
const GREEK = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ";

/**
 * The Latin name of a priest; null for a process that has no Greek letter for a name.
 * @param {string} process
 * @returns {string | null}
 */
export function latin(process) {
  const place = process.length === 1 ? GREEK.indexOf(process) : -1;
  return place < 0 ? null : (LATIN[place] ?? null);
}
