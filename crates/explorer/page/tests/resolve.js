/** @file Lets node find the modules of the page by the names that the page's import map gives them. */

import { register } from "node:module";

const page = new URL("../", import.meta.url).href;

const hooks = `
  export function resolve(specifier, context, next) {
    const name = specifier.startsWith("synod/") ? ${JSON.stringify(page)} + specifier.slice(6) : specifier;
    return next(name, context);
  }
`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);
