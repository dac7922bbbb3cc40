// @ts-check
/** @file The window in which another spec is chosen. */

import { openDialog } from "synod/dialog.js";
import { h } from "synod/dom.js";
import { grouped } from "synod/words.js";

/** @typedef {import("synod/types").SpecEntry} SpecEntry */

/**
 * The specs that have all of these words somewhere in what is known of them.
 * @param {SpecEntry[]} specs
 * @param {string} text
 */
export function matching(specs, text) {
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const about = (/** @type {SpecEntry} */ one) => [one.name, one.about, one.protocol, one.mutant, one.size, one.expects, one.property].join(" ").toLowerCase();
  return specs.filter((one) => words.every((word) => about(one).includes(word)));
}

/**
 * @param {SpecEntry[]} specs
 * @param {string | null} opened
 * @param {(name: string) => void} onPick
 */
export function openPicker(specs, opened, onPick) {
  const pick = (/** @type {string} */ name) => {
    window.close();
    onPick(name);
  };
  const list = h("ul", { class: "specs" });
  const draw = () => list.replaceChildren(...matching(specs, filter.value).map((one) => row(one, one.name === opened, pick)));
  const filter = h("input", { type: "search", placeholder: "Words: basic B3 mutant …", "aria-label": "Show only specs with these words", oninput: draw });
  const window = openDialog("Specs", h("div", { class: "tools" }, filter), list);
  filter.addEventListener("keydown", (event) => {
    const first = list.querySelector("button");
    if (event.key === "Enter") first?.click();
    if (event.key === "ArrowDown") first?.focus();
  });
  list.addEventListener("keydown", (event) => {
    const item = document.activeElement?.parentElement;
    const to = event.key === "ArrowDown" ? item?.nextElementSibling : event.key === "ArrowUp" ? item?.previousElementSibling : null;
    if (event.key.startsWith("Arrow")) event.preventDefault();
    to?.querySelector("button")?.focus();
  });
  draw();
  filter.focus();
}

/**
 * @param {SpecEntry} spec
 * @param {boolean} isOpened
 * @param {(name: string) => void} onPick
 */
function row({ name, about, size, expects, property, states }, isOpened, onPick) {
  const expected = expects === "violated" ? `breaks ${property ?? "a claim"}` : "holds";
  const button = h(
    "button",
    { type: "button", "aria-current": isOpened ? "true" : null, onclick: () => onPick(name) },
    h("b", {}, name),
    h("span", { class: `flag ${expects === "violated" ? "bad" : "good"}` }, expected),
    h("span", { class: "flag" }, states === null ? size : `${size}, ${grouped(states)} states`),
    h("span", { class: "about" }, about),
  );
  return h("li", {}, button);
}
