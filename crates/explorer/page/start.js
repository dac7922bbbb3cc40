// @ts-check
/** @file What the page begins with: the lesson, if the address names a chapter of it; else the explorer. */

import { isLesson } from "synod/lesson-progress.js";

const learns = isLesson(location.hash);

// The two have nothing in common that could be kept: from one to the other the page begins anew.
addEventListener("hashchange", (event) => {
  if (isLesson(location.hash) === learns) return;
  event.stopImmediatePropagation();
  location.reload();
});

if (learns) await import("synod/lesson.js");
else await import("synod/explorer.js");
