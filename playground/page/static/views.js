// Views without ids for their blocks and elements get some, as Slack gives them.

/** @param {any[]} blocks @returns {any[]} */
export function named(blocks) {
  return blocks.map((block, at) => {
    const block_id = block.block_id ?? `block-${at}`;
    const name = (element, number) => (element ? { action_id: `action-${number}`, ...element } : element);
    const inner = { block_id };
    if (block.element) inner.element = name(block.element, 0);
    if (block.accessory) inner.accessory = name(block.accessory, 0);
    if (block.type === "actions") inner.elements = block.elements.map(name);
    return { ...block, ...inner };
  });
}
