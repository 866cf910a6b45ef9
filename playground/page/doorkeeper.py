"""Keeps foreign web pages out: what a browser may load from here, and which requests are taken.

Names other than loopback's are refused by the emulator's server already (DNS rebinding).
"""

import json
from typing import Any
from urllib.parse import urlsplit

from aiohttp import hdrs, web

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    hdrs.CACHE_CONTROL: "no-store",
}


async def harden(_: web.Request, response: web.StreamResponse) -> None:
    """Give every answer of the server the same strict headers, unless it brought stricter ones."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


async def json_object(request: web.Request) -> dict[str, Any]:
    """The JSON object of a POST of our own page.

    Raises 403 for another page's request, 415 for another content type (which a foreign page cannot send unasked), 400
    for what is no object.
    """
    if not is_own(request):
        raise web.HTTPForbidden(text="only the playground's own page may do that")
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="send application/json")
    try:
        value = json.loads(await request.text())
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise web.HTTPBadRequest(text="send a JSON object")
    return value


def is_own(request: web.Request) -> bool:
    """Whether no browser says that another site's page sent this."""
    origin = request.headers.get(hdrs.ORIGIN)
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return site in {"same-origin", "none"} and (origin is None or urlsplit(origin).netloc == request.host)
