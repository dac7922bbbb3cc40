// @ts-check
/** @file The address of the page: it names the run that is shown, and follows it. */

import { decode, encode } from "synod/share.js";

/** @typedef {import("synod/share.js").Link} Link */

/** Browsers refuse more changes of the address than some in half a minute. After these many it follows at leisure. */
const MANY = 80;
const HALF_A_MINUTE = 30_000;
const LEISURE = 1000;

/** @param {() => Link | null} read The run that is shown. */
export function makeAddress(read) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** When it was changed. @type {number[]} */
  let changes = [];

  function write() {
    const link = read();
    if (!link) return;
    changes.push(Date.now());
    history.replaceState(null, "", encode(link));
  }

  return {
    /** Names the run that is shown: at once, or soon. */
    follow() {
      clearTimeout(timer);
      changes = changes.filter((time) => time > Date.now() - HALF_A_MINUTE);
      if (changes.length < MANY) write();
      else timer = setTimeout(write, LEISURE);
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
