"""The files that the page is made of, read once."""

from pathlib import Path

from aiohttp import web

# Said here: what a machine thinks of ".js" differs, and a browser runs no module of another type.
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class StaticFiles:
    """Serves what lies in a folder, and never makes a path of what was asked."""

    def __init__(self, folder: Path) -> None:
        self._files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*") if path.suffix in KINDS}

    async def index(self, _: web.Request) -> web.Response:
        """GET /."""
        return self._answer("index.html")

    async def serve(self, request: web.Request) -> web.Response:
        """GET /static/{name}."""
        name = request.match_info["name"]
        return self._answer(name) if name in self._files else web.Response(status=404)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """Put the files onto a server."""
        router.add_get("/", self.index)
        router.add_get("/static/{name:.+}", self.serve)

    def _answer(self, name: str) -> web.Response:
        return web.Response(body=self._files[name], content_type=KINDS[Path(name).suffix], charset="utf-8")
