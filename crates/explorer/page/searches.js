// @ts-check
/** @file A search in the background: it is asked again and again until it is done. */

import { call } from "synod/api.js";

/** @typedef {import("synod/types").Searched} Searched */

/** How long to wait before the first, second, … question, in milliseconds; the last one repeats. */
const PAUSES = [10, 30, 60, 120, 250];

/** @param {number} milliseconds */
const sleep = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));

/**
 * Follows a search to its end.
 * @param {Promise<{ search: string }>} begun
 * @param {(progress: Searched) => void} onProgress
 * @returns {{ result: Promise<Searched["result"]>, cancel: () => Promise<unknown> }}
 */
export function follow(begun, onProgress) {
  const cancel = async () => call("cancel", { search: (await begun).search });
  return { result: untilDone(begun, onProgress), cancel };
}

/**
 * @param {Promise<{ search: string }>} begun
 * @param {(progress: Searched) => void} onProgress
 */
async function untilDone(begun, onProgress) {
  const { search } = await begun;
  for (let asked = 0; ; asked += 1) {
    const progress = await call("searched", { search });
    onProgress(progress);
    if (progress.done) return progress.result;
    await sleep(PAUSES[Math.min(asked, PAUSES.length - 1)] ?? 250);
  }
}
