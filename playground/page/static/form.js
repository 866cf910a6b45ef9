// What was filled into a modal or Home tab, as Slack's `state.values` has it.

/** @typedef {{block_id: string, action_id: string, read: () => any, check: () => string}} Field */

export class Form {
  /** @param {any} [earlier] values of the view before it was updated */
  constructor(earlier = {}) {
    this.earlier = earlier;
    /** @type {Field[]} */
    this.fields = [];
    /** @type {Map<string, {block: any, tell: (sentence: string) => HTMLElement | null}>} */
    this.inputs = new Map();
  }

  /** What the element held before an update, if it was there. @param {any} block @param {any} element */
  before(block, element) {
    return this.earlier?.[block.block_id]?.[element.action_id];
  }

  /** @param {any} block @param {any} element @param {() => any} read @param {() => string} [check] the sentence of a mistake, or "" */
  keep(block, element, read, check = () => "") {
    this.fields.push({ block_id: block.block_id, action_id: element.action_id, read: () => ({ type: element.type, ...read() }), check });
  }

  /** @param {any} block an input @param {(sentence: string) => HTMLElement | null} tell */
  expect(block, tell) {
    this.inputs.set(block.block_id, { block, tell });
  }

  /** block_id -> action_id -> state */
  get values() {
    const values = {};
    for (const { block_id, action_id, read } of this.fields) (values[block_id] ??= {})[action_id] = read();
    return values;
  }

  /** Tell each mistake beside its input, and go to the first; whether there is none. */
  check() {
    const errors = {};
    for (const { block_id, read, check } of this.fields) {
      const input = this.inputs.get(block_id);
      if (!input) continue;
      const mistake = check() || (!input.block.optional && isEmpty(read()) ? "Please complete this required field." : "");
      if (mistake) errors[block_id] = mistake;
    }
    return this.tell(errors);
  }

  /** @param {Record<string, string>} errors by block_id; whether there were none */
  tell(errors) {
    let first = null;
    for (const [block_id, { tell }] of this.inputs) {
      const field = tell(errors[block_id] ?? "");
      if (errors[block_id]) first ??= field;
    }
    first?.focus();
    return Object.keys(errors).length === 0;
  }
}

/** @param {any} state */
function isEmpty(state) {
  return Object.entries(state).every(([name, value]) => name === "type" || value === null || value === "" || (Array.isArray(value) && value.length === 0));
}
