"""Who may load and send what: headers, content types, hosts, origins."""

import re

import pytest

from playground.page.routes import STATIC
from playground.slack import SlackEmulator
from tests.playground.page.conftest import Browser

PAGE = [path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.*")]
POSTS = ["/page/type", "/page/react", "/stage/play", "/stage/do", "/stage/advance"]
OWN = {"user": "olga", "channel": "ops", "text": "hello"}


async def test_the_page_loads_nothing_but_itself(browser: Browser) -> None:
    page = await browser.raw("GET", "/")
    policy = dict(part.strip().partition(" ")[::2] for part in page.headers["Content-Security-Policy"].split(";"))

    assert (page.status, page.content_type) == (200, "text/html")
    assert policy["default-src"] == policy["form-action"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert {policy[name] for name in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert (policy["require-trusted-types-for"], policy["trusted-types"]) == ("'script'", "'none'")
    assert page.headers["X-Content-Type-Options"] == "nosniff"


async def test_every_file_of_the_page_is_served_as_what_it_is(browser: Browser) -> None:
    kinds = {"js": "text/javascript", "css": "text/css", "html": "text/html", "svg": "image/svg+xml"}

    served = {name: await browser.raw("GET", f"/static/{name}") for name in PAGE}

    assert {name: (answer.status, answer.content_type) for name, answer in served.items()} == {
        name: (200, kinds[name.rpartition(".")[2]]) for name in PAGE
    }
    assert all("script-src 'self'" in answer.headers["Content-Security-Policy"] for answer in served.values())


@pytest.mark.parametrize("name", PAGE)
def test_no_file_of_the_page_names_another_host_or_writes_html(name: str) -> None:
    text = (STATIC / name).read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([\w.-]+)", text)) - {"www.w3.org"}

    assert hosts == set()
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text) == []
    assert len(text.splitlines()) <= 300


@pytest.mark.parametrize("path", [*POSTS, "/control/reload"])
async def test_only_json_is_taken(browser: Browser, path: str) -> None:
    form = await browser.raw("POST", path, data={"user": "olga"})
    text = await browser.raw("POST", path, data='{"user": "olga"}', headers={"Content-Type": "text/plain"})

    assert (form.status, text.status) == (415, 415)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_a_foreign_pages_request_is_refused(browser: Browser, slack: SlackEmulator, path: str, headers: dict[str, str]) -> None:
    answer = await browser.raw("POST", path, json=OWN | {"id": "healthy"}, headers=headers)

    assert answer.status == 403
    assert slack.messages("ops", by="olga") == ()


async def test_another_localhost_port_is_foreign_too(browser: Browser) -> None:
    answer = await browser.raw("POST", "/page/type", json=OWN, headers={"Origin": "http://127.0.0.1:1"})

    assert answer.status == 403


async def test_the_pages_own_request_is_taken(browser: Browser, slack: SlackEmulator) -> None:
    answer = await browser.raw("POST", "/page/type", json=OWN, headers={"Origin": slack.url, "Sec-Fetch-Site": "same-origin"})

    assert answer.status == 200
    assert [message.text for message in slack.messages("ops", by="olga")] == ["hello"]


@pytest.mark.parametrize("path", ["/", "/page/events", "/page/screen?user=olga", "/static/app.js", "/stage/state"])
async def test_other_names_of_this_machine_are_not_served(browser: Browser, path: str) -> None:
    answer = await browser.raw("GET", path, headers={"Host": "rebound.example"})

    assert answer.status == 403


@pytest.mark.parametrize("body", ["[]", "nonsense", '"text"', ""])
async def test_what_is_no_object_is_refused(browser: Browser, body: str) -> None:
    answer = await browser.raw("POST", "/page/type", data=body, headers={"Content-Type": "application/json"})

    assert answer.status == 400


@pytest.mark.parametrize("path", ["/static/../routes.py", "/static/%2e%2e/routes.py", "/static/..%2froutes.py"])
async def test_nothing_beside_the_page_is_served(browser: Browser, path: str) -> None:
    answer = await browser.raw("GET", path)

    assert answer.status in {403, 404}
