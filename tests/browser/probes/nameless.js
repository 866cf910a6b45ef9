// What can be pressed or filled in, but has no name for a screen reader.
() => [...document.querySelectorAll("button, a, input, select, textarea, [role=button]")]
    .filter((one) => one.checkVisibility())
    .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length || one.getAttribute("aria-labelledby")))
    .map((one) => one.outerHTML)
