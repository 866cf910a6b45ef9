"""The HTTP face: /api/{method}, response URLs, uploads, and the Socket Mode endpoint; loopback only."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from aiohttp import hdrs, web

from playground.slack import hooks
from playground.slack.arguments import Arguments, read_arguments
from playground.slack.errors import Payload, SlackError
from playground.slack.faults import Fault, wait_out
from playground.slack.journal import Call, Violation
from playground.slack.loopback import LOOPBACK
from playground.slack.methods import BY_NAME, Method
from playground.slack.workspace import APP_TOKEN, BOT_TOKEN, Workspace

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LARGEST_BODY = 64 * 1024 * 1024
KIND_OF_TOKEN = {BOT_TOKEN: "bot", APP_TOKEN: "app"}


def build(workspace: Workspace) -> web.Application:
    """The web application that serves one workspace."""
    face = _Face(workspace)
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_only_local_names])
    app.router.add_route("GET", "/link/", workspace.sockets.serve)
    app.router.add_route("*", "/api/{method}", face.web_api)
    app.router.add_post("/commands/{token}", face.response_url)
    app.router.add_post("/upload/{file}", face.upload)
    app.router.add_get("/files/{file}", face.download)
    return app


@web.middleware
async def _only_local_names(request: web.Request, handler: Handler) -> web.StreamResponse:
    # A web page elsewhere can make a browser resolve its own name to loopback; only our own names are served.
    if request.url.host not in LOOPBACK:
        return web.Response(status=403, text="the Slack emulator answers to loopback names only")
    return await handler(request)


class _Face:
    """Request handlers around one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def web_api(self, request: web.Request) -> web.StreamResponse:
        """One Web API call."""
        name = request.match_info["method"]
        fault = self._workspace.faults.take(name)
        try:
            arguments = await read_arguments(request)
        except SlackError as error:
            return self._answer(Call(method=name, arguments={}, at=self._now(), error=error.code), error.body())
        channel = str(arguments.values.get("channel", ""))
        asked = Call(method=name, arguments=arguments.values, at=self._now())
        if (refusal := self._refused(asked, channel, fault)) is not None:
            return self._drop(request) if refusal is _DROPPED else refusal
        try:
            body: Payload = {"ok": True, **self._perform(request, name, arguments)}
            error_code = ""
        except SlackError as error:
            body, error_code = error.body(), error.code
        call = replace(asked, error=error_code, answer=body)
        if fault is None:
            return self._answer(call, body)
        self._workspace.journal.called(call)
        await _spend(fault)
        if fault.kind == "unreadable":
            return web.Response(text='{"ok": tr', content_type="application/json")
        return self._drop(request) if fault.kind == "no_answer" else self._respond(body)

    async def response_url(self, request: web.Request) -> web.StreamResponse:
        """One POST to a response_url: 200 `ok`, 404 when it is used up or expired, 400 for bad content."""
        fault, token = self._workspace.faults.take(hooks.METHOD), request.match_info["token"]
        asked, refusal = Call(method=hooks.METHOD, arguments={}, at=self._now()), None
        try:
            arguments = await read_arguments(request)
        except SlackError as error:
            return self._refuse_hook(asked, error)
        asked = replace(asked, arguments=arguments.values)
        if (planned := self._refused(asked, token, fault)) is not None:
            return self._drop(request) if planned is _DROPPED else planned
        try:
            hook = self._workspace.tickets.use_hook(token)
            asked = replace(asked, answer={"channel": hook.channel})
            hooks.answer(self._workspace, hook, arguments)
        except SlackError as error:
            refusal = self._refuse_hook(asked, error)
        else:
            self._workspace.journal.called(asked)
        if fault is not None:
            await _spend(fault)
        if fault is not None and fault.kind == "no_answer":
            return self._drop(request)
        return refusal or web.Response(text="ok")

    def _refuse_hook(self, asked: Call, error: SlackError) -> web.Response:
        status = 404 if error.code in {"used_url", "expired_url"} else 400
        self._workspace.journal.called(replace(asked, error=error.code, status=status))
        return web.json_response(error.body(), status=status)

    async def upload(self, request: web.Request) -> web.Response:
        """The bytes of a file whose URL was asked for before, bare or as the one file of a multipart form."""
        file = self._workspace.files.by_id.get(request.match_info["file"])
        content = await _uploaded(request)
        if file is None or not content or file.is_complete:
            return web.Response(status=400, text="unknown or used upload URL, or empty file")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        """The bytes again. A bot needs its token and `files:read`; who sends no token is a person's browser, which is signed in."""
        file = self._workspace.files.by_id.get(request.match_info["file"])
        if file is None or file.content is None:
            return web.Response(status=404)
        if hdrs.AUTHORIZATION in request.headers and not self._may_download(request):
            return web.Response(status=403, text="sign in")
        shown = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return web.Response(body=file.content, content_type=file.shown_as, headers=shown)

    def _may_download(self, request: web.Request) -> bool:
        return _token_of(request) == BOT_TOKEN and "files:read" in self._workspace.scopes

    def _perform(self, request: web.Request, name: str, arguments: Arguments) -> Payload:
        method = BY_NAME.get(name)
        if method is None:
            message = "the bot called a method that is unknown here"
            self._workspace.journal.violated(Violation(method=name, code="unknown_method", message=message))
            raise SlackError("unknown_method", req_method=name)
        _authenticate(request, method)
        self._workspace.require_scope(*method.scopes)
        return method.call(self._workspace, arguments)

    def _refused(self, asked: Call, limited_by: str, fault: Fault | None) -> web.Response | None:
        """The answer to a call that never gets to work, because of a planned fault or of a rate limit."""
        answer = self._planned_refusal(fault) if fault else self._rate_limited(asked.method, limited_by)
        if answer is not None:
            code = fault.code if fault else "ratelimited"
            self._workspace.journal.called(replace(asked, error=code, status=0 if answer is _DROPPED else answer.status))
        return answer

    def _planned_refusal(self, fault: Fault) -> web.Response | None:
        if fault.kind == "no_effect":
            return _DROPPED
        if fault.kind == "error":
            return self._respond({"ok": False, "error": fault.code})
        if fault.kind == "server_error":
            return web.Response(status=fault.status, text="<html>Server Error</html>", content_type="text/html")
        return _too_many(int(fault.seconds)) if fault.kind == "rate_limit" else None

    def _rate_limited(self, name: str, limited_by: str) -> web.Response | None:
        method = BY_NAME.get(name)
        retry_after = self._workspace.limits.retry_after(name, method.tier if method else 0, limited_by)
        return None if retry_after is None else _too_many(retry_after)

    def _answer(self, call: Call, body: Payload) -> web.Response:
        self._workspace.journal.called(call)
        return self._respond(body)

    def _respond(self, body: Payload) -> web.Response:
        return web.json_response(body, headers={"X-OAuth-Scopes": ",".join(sorted(self._workspace.scopes))})

    @staticmethod
    def _drop(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    def _now(self) -> datetime:
        return self._workspace.clock.now()


_DROPPED = web.Response(status=500)


async def _spend(fault: Fault) -> None:
    if fault.kind == "slow":
        await wait_out(fault)


def _too_many(retry_after: int) -> web.Response:
    headers = {hdrs.RETRY_AFTER: str(retry_after)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _authenticate(request: web.Request, method: Method) -> None:
    if method.token == "none":
        return
    token = _token_of(request)
    if not token:
        raise SlackError("not_authed")
    kind = KIND_OF_TOKEN.get(token)
    if kind is None:
        raise SlackError("invalid_auth")
    if method.token not in {"any", kind}:
        raise SlackError("not_allowed_token_type")


def _token_of(request: web.Request) -> str:
    return request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ").strip()


async def _uploaded(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    files = [value for value in (await request.post()).values() if isinstance(value, web.FileField)]
    return files[0].file.read() if len(files) == 1 else b""
