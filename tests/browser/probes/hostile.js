// Draws every kind of block and a message out of each text; what anything but text came of.
async (texts) => {
    const { drawBlock } = await import("/static/blocks/index.js");
    const { drawMessage } = await import("/static/message.js");
    const { EMOJI } = await import("/static/emoji.js");
    const plain = (text) => ({ type: "plain_text", text, emoji: false });
    const line = (text) => ({ type: "rich_text_section", elements: [{ type: "text", text }, { type: "link", url: text, text }, { type: "emoji", name: text },
        { type: "user", user_id: text }, { type: "channel", channel_id: text }, { type: "usergroup", usergroup_id: text }, { type: "color", value: text },
        { type: "date", timestamp: 1, format: text, fallback: text, url: text }, { type: text }] });
    const button = (text) => ({ type: "button", text: plain(text), action_id: text, value: text, url: text });
    const kinds = (text) => [
        { type: "header", text: plain(text) },
        { type: "section", text: { type: "mrkdwn", text }, fields: [plain(text)], accessory: button(text) },
        { type: "context", elements: [{ type: "mrkdwn", text }, { type: "image", image_url: text, alt_text: text }] },
        { type: "image", image_url: text, alt_text: text, title: plain(text) },
        { type: "image", slack_file: { url: text }, alt_text: text },
        { type: "actions", elements: [button(text), { type: "static_select", action_id: text, placeholder: plain(text), options: [{ text: plain(text), value: text }] }] },
        { type: "rich_text", elements: [line(text), { type: "rich_text_list", style: text, elements: [line(text)] }, { type: "rich_text_preformatted", elements: line(text).elements }, { type: text }] },
        { type: "table", rows: [[{ type: "raw_text", text }]], column_settings: [{ align: text }] },
        { type: "markdown", text },
        { type: "plan", title: text, tasks: [{ title: text, status: text, sources: [{ url: text, text }] }] },
        { type: "card", title: { type: "mrkdwn", text }, body: plain(text), icon: { type: "image", image_url: text, alt_text: text } },
        { type: "container", title: plain(text), width: text, child_blocks: [{ type: "markdown", text }] },
        { type: "alert", level: text, text: { type: "mrkdwn", text } },
        { type: "video", title: plain(text), title_url: text, video_url: text, alt_text: text, provider_name: text },
        { type: "data_visualization", title: text, chart: text },
        { type: text, text },
    ];
    const verbatim = new Set(["header", "actions", "table", "plan"]);
    const place = { surface: "message", act: async () => {} };
    const problems = [];
    const check = (what, root, text) => {
        for (const one of root.querySelectorAll("*")) {
            const tag = one.tagName.toLowerCase();
            if (["script", "iframe", "object", "embed", "base", "meta", "link", "style", "form", "svg:script", "template"].includes(tag)) problems.push(`${what}: <${tag}>`);
            for (const { name, value } of one.attributes) {
                if (name.startsWith("on") || name === "srcdoc") problems.push(`${what}: ${tag} ${name}`);
                if (["href", "src", "action"].includes(name) && !/^(https?:|mailto:|tel:|\/page\/files\/F\w+$)/i.test(value)) problems.push(`${what}: ${tag} ${name}=${value}`);
            }
        }
        if (text !== null && !root.textContent.includes(text)) problems.push(`${what}: text is changed: ${JSON.stringify(text)}`);
    };
    for (const text of texts) {
        for (const block of kinds(text)) {
            const shown = drawBlock(block, place);
            document.querySelector(".messages").append(shown);
            check(block.type, shown, verbatim.has(block.type) ? text : null);
            shown.remove();
        }
        const message = { ts: "1700000000.000100", user: text, channel: text, text, blocks: [], attachments: [{ title: text, text, color: text, footer: text }],
            files: [{ id: "F1", name: text, title: text, size: 1, url: "/page/files/F1", kind: "other" }], reactions: [{ name: text, users: [text], count: 1 }], edited_at: "" };
        const shown = drawMessage({ message, isFollowUp: false, isThread: false, replies: [], troubles: [{ method: text, error: text, notes: [{ code: text, text, pointer: text }] }] });
        check("message", shown, text);
    }
    return [...problems, ...(window.pwned ? ["a script ran"] : [])];
}
