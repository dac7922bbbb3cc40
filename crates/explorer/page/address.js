// @ts-check
/** @file The address of the page: it names the run that is shown, and follows it. */

import { decode, encode } from "synod/share.js";

/** @typedef {import("synod/share.js").Link} Link */

/** The least time between two changes of the address, in milliseconds. Browsers refuse more than some in a second. */
const PAUSE = 250;

/** @param {() => Link | null} read The run that is shown. */
export function makeAddress(read) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let written = 0;

  function write() {
    const link = read();
    if (!link) return;
    written = Date.now();
    history.replaceState(null, "", encode(link));
  }

  return {
    /** Names the run soon. */
    follow() {
      clearTimeout(timer);
      timer = setTimeout(write, Math.max(0, written + PAUSE - Date.now()));
    },
    /** The whole address of the run that is shown. */
    href() {
      const link = read();
      return new URL(link ? encode(link) : "", location.href).href;
    },
    /** What the address names. */
    named: () => decode(location.hash),
  };
}
