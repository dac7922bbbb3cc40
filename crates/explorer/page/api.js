// @ts-check
/** @file The calls of the server. */

/** @typedef {import("synod/types").Calls} Calls */

/** The server refuses a call, or cannot be reached: what is wrong, and what to do. */
export class Refused extends Error {
  /**
   * @param {string} message
   * @param {string | null} [help]
   */
  constructor(message, help = null) {
    super(message);
    this.help = help;
  }
}

/**
 * @template {keyof Calls} N
 * @param {N} name
 * @param {Calls[N][0]} body
 * @returns {Promise<Calls[N][1]>}
 */
export async function call(name, body) {
  const answer = await post(`/api/${name}`, body);
  const json = await answer.json().catch(() => null);
  if (answer.ok && json !== null) return json;
  throw new Refused(json?.error ?? `The server answered ${answer.status} to “${name}”.`, json?.help ?? null);
}

/**
 * @param {string} path
 * @param {unknown} body
 */
async function post(path, body) {
  const headers = { "content-type": "application/json" };
  try {
    return await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  } catch {
    throw new Refused("The server does not answer.", "Is `synod explore` still running? Start it again, then reload this page.");
  }
}
