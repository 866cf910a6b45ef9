// Requests to the page's own server, and nowhere else.

/** What the server refused, in its own words. */
export class Refused extends Error {}

/**
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function get(path) {
  return answer(await fetch(path, { headers: { Accept: "application/json" } }));
}

/**
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>}
 */
export async function post(path, body) {
  return answer(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
}

/** @param {Response} response */
async function answer(response) {
  const text = await response.text();
  let value = null;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused(text || response.statusText);
  }
  if (!response.ok) throw Object.assign(new Refused(value?.error ?? response.statusText), { status: response.status });
  return value;
}
