// @ts-check
/** @file Runs that go out and come in: links, files, and what a changed spec makes of them. */

import { call } from "synod/api.js";
import { h } from "synod/dom.js";
import { copy, download, openSharing } from "synod/files.js";
import { doing, notice, say } from "synod/say.js";
import { sentence } from "synod/words.js";

/** @typedef {import("synod/types").Changed} Changed */

/**
 * @param {{ session: ReturnType<typeof import("synod/session.js").makeSession>, address: ReturnType<typeof import("synod/address.js").makeAddress> }} of
 */
export function makeSharing({ session, address }) {
  /** @param {import("synod/files.js").Form} as */
  async function writeFile(as) {
    const { file, text } = await call("export", { ...session.place(session.lineSteps()), as });
    download(file, text);
    say(`${file} is saved.`);
  }

  /** @param {string} itf */
  async function takeIn(itf) {
    const spec = session.state.spec?.name;
    if (!spec) return;
    const { begin, steps, changed } = await call("import", { spec, itf });
    const opened = await session.load({ begin, steps, end: null, at: steps.length });
    tellChanged(changed ?? opened.changed, steps);
  }

  async function copyLink() {
    const isCopied = await copy(address.href());
    notice("result", isCopied ? "The link to this run is copied." : "The browser does not let this page copy. The address bar has the link.");
  }

  /**
   * Loads a run that a link names.
   * @param {import("synod/share.js").Link} link
   */
  async function openLink(link) {
    const { changed, isOther } = await session.load(link);
    tellChanged(changed, link.steps);
    if (isOther) notice("problem", h("strong", {}, "The same steps now lead to another state. "), "The spec or this program has changed since the link was made.");
  }

  /**
   * Tells which step is not possible any more, and what is possible there.
   * @param {Changed | null} changed
   * @param {string[]} steps
   */
  function tellChanged(changed, steps) {
    if (!changed) return;
    const { at, why, possible } = changed;
    const items = possible.map((step) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => doing(() => session.take(step)) }, step)));
    notice(
      "problem",
      h("strong", {}, `Step ${at} of this run, “${steps[at - 1] ?? ""}”, is not possible any more. `),
      `${sentence(why)} The run is shown as far as it goes. `,
      items.length > 0 ? h("details", {}, h("summary", {}, "What is possible there"), h("ul", {}, ...items)) : null,
    );
  }

  return {
    open: () => openSharing({ link: address.href(), onExport: (as) => doing(() => writeFile(as)), onImport: (itf) => doing(() => takeIn(itf)) }),
    copyLink: () => doing(copyLink),
    openLink,
  };
}
