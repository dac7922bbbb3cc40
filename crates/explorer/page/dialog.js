// @ts-check
/** @file Windows above the page. The browser keeps the focus in them; Escape closes them. */

import { h } from "synod/dom.js";

/**
 * Opens a window. It is taken away when it is closed.
 * @param {string} title
 * @param {...import("synod/dom.js").Child} content
 * @returns {{ element: HTMLDialogElement, close: () => void }}
 */
export function openDialog(title, ...content) {
  const close = () => element.close();
  const element = h(
    "dialog",
    { "aria-label": title, class: "window", onclose: () => element.remove() },
    h("header", {}, h("h2", {}, title), h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: close }, "✕")),
    h("div", { class: "content" }, ...content),
  );
  element.addEventListener("click", (event) => {
    if (event.target === element) close();
  });
  // In a search field, browsers take Escape for themselves.
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  document.body.append(element);
  element.showModal();
  return { element, close };
}
