// Texts in sight whose contrast with what is behind them is below 4.5 (WCAG 2.1, 1.4.3).
() => {
    const channel = (value) => { const c = value / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
    const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
    const parse = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
    const ground = (element) => {
        const layers = [];
        for (let one = element; one; one = one.parentElement) {
            const [r, g, b, a = 1] = parse(getComputedStyle(one).backgroundColor);
            if (a > 0) layers.push([r, g, b, a]);
            if (a === 1) break;
        }
        return layers.reverse().reduce(([r, g, b], [R, G, B, a]) => [r + (R - r) * a, g + (G - g) * a, b + (B - b) * a], [255, 255, 255]);
    };
    const found = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest(":disabled, .archived, .unseen, .skip")) continue;
        if (getComputedStyle(element).visibility === "hidden" || /\p{Extended_Pictographic}/u.test(walker.currentNode.data)) continue;
        const style = getComputedStyle(element);
        if (parse(style.fontSize)[0] === 0) continue;
        const [a, b] = [light(parse(style.color)), light(ground(element))].sort((x, y) => y - x);
        const contrast = (a + 0.05) / (b + 0.05);
        if (contrast < 4.5) found.add(`${contrast.toFixed(2)} ${element.className || element.tagName}: ${walker.currentNode.data.slice(0, 40)}`);
    }
    return [...found];
}
