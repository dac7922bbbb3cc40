// @ts-check
/** @file Sharing: the link, files to take away, and a run that is taken in. */

import { openDialog } from "synod/dialog.js";
import { h } from "synod/dom.js";

/** @typedef {"html" | "mermaid" | "itf"} Form */

const FORMS = /** @type {const} */ ([
  ["html", "A page of its own", "One HTML file that plays this run, also without a network. It can be attached to an issue."],
  ["mermaid", "Mermaid", "A sequence diagram as text, for documents."],
  ["itf", "ITF", "The informal trace format, for other tools of TLA+ and Quint."],
]);

/**
 * Offers a text as a file.
 * @param {string} file
 * @param {string} text
 */
export function download(file, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
  h("a", { href: url, download: file }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * @param {string} text
 * @returns {Promise<boolean>} Whether the browser lets us copy.
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** @param {{ link: string, onExport: (form: Form) => void, onImport: (text: string) => void }} of */
export function openSharing({ link, onExport, onImport }) {
  const field = h("input", { type: "text", readonly: true, value: link, "aria-label": "Link to this run", onfocus: () => field.select() });
  const copied = h("span", { role: "status" });
  const copyLink = async () => {
    const isCopied = await copy(link);
    field.select();
    copied.textContent = isCopied ? "Copied." : "Copy the marked text.";
  };
  const paste = h("textarea", { rows: 4, placeholder: "{ \"#meta\": …, \"states\": … }", "aria-label": "A run in ITF, as text" });
  const take = (/** @type {string} */ text) => {
    window.close();
    onImport(text);
  };
  const file = h("input", { type: "file", accept: ".json,application/json", "aria-label": "A file in ITF", onchange: async () => take((await file.files?.[0]?.text()) ?? "") });
  const window = openDialog(
    "Share this run",
    h("h3", {}, "Link"),
    h("p", {}, "The link names the spec and the steps. It opens the same run wherever ", h("code", {}, "synod explore"), " runs."),
    h("div", { class: "tools" }, field, h("button", { type: "button", class: "first", onclick: copyLink }, "Copy link")),
    copied,
    h("h3", {}, "Files"),
    ...FORMS.map(([form, name, about]) => h("p", { class: "form" }, h("button", { type: "button", onclick: () => onExport(form) }, name), ` ${about}`)),
    h("h3", {}, "Take in a run"),
    h("p", {}, "From a file in ITF, or from its text:"),
    h("p", {}, file),
    paste,
    h("p", {}, h("button", { type: "button", onclick: () => take(paste.value) }, "Take in the text")),
  );
}
