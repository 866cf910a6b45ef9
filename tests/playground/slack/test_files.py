"""Files: three steps up, and down again."""

import pytest
from aiohttp import ClientSession, FormData
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.slack import SlackEmulator
from tests.playground.slack.samples import OPS


async def uploaded(slack: SlackEmulator, client: AsyncWebClient, name: str, content: bytes = b"all is well") -> str:
    await client.files_upload_v2(channel=OPS, filename=name, content=content)
    return str(slack.messages("ops")[-1].files[0]["id"])


@pytest.mark.parametrize(
    ("name", "mimetype", "filetype", "served"),
    [
        ("report.txt", "text/plain", "txt", "text/plain"),
        ("sentry.log", "text/plain", "log", "text/plain"),
        ("chart.png", "image/png", "png", "image/png"),
        ("page.html", "text/html", "html", "application/octet-stream"),
        ("drawing.svg", "image/svg+xml", "svg", "application/octet-stream"),
        ("nothing", "application/octet-stream", "binary", "application/octet-stream"),
    ],
)
async def test_a_file_is_described_by_its_name_and_served_so_that_nothing_runs(
    slack: SlackEmulator, client: AsyncWebClient, name: str, mimetype: str, filetype: str, served: str
) -> None:
    slack.grant("files:read")
    file = (await client.files_info(file=await uploaded(slack, client, name)))["file"]

    async with ClientSession() as session, session.get(file["url_private"]) as answer:
        assert (await answer.read(), answer.content_type) == (b"all is well", served)
        assert (answer.headers["X-Content-Type-Options"], answer.headers["Content-Security-Policy"]) == ("nosniff", "sandbox")
    assert (file["mimetype"], file["filetype"], file["size"], file["channels"]) == (mimetype, filetype, 11, [OPS])
    assert file["created"] == int(slack.workspace.clock.now().timestamp())


async def test_a_bot_downloads_with_its_token_and_the_scope(slack: SlackEmulator, client: AsyncWebClient) -> None:
    url = f"{slack.url}/files/{await uploaded(slack, client, 'report.txt')}"

    async def status(token: str) -> int:
        async with ClientSession() as session, session.get(url, headers={"Authorization": f"Bearer {token}"}) as answer:
            return answer.status

    assert [await status(slack.bot_token), await status("xoxb-other")] == [403, 403]
    slack.grant("files:read")
    assert [await status(slack.bot_token), await status("xoxb-other")] == [200, 403]


async def test_bytes_come_bare_or_as_the_one_file_of_a_form_and_never_after_the_end(slack: SlackEmulator, client: AsyncWebClient) -> None:
    place = await client.files_getUploadURLExternal(filename="a.txt", length=3)
    form, double = FormData(), FormData()
    form.add_field("filename", b"abc", filename="a.txt")
    for name in ("one", "two"):
        double.add_field(name, b"abc", filename="a.txt")

    async with ClientSession() as session:
        two = await session.post(place["upload_url"], data=double)
        one = await session.post(place["upload_url"], data=form)
        await client.files_completeUploadExternal(files=[{"id": place["file_id"]}])
        late = await session.post(place["upload_url"], data=b"xyz")

    assert (two.status, one.status, late.status) == (400, 200, 400)
    assert slack.workspace.files.by_id[place["file_id"]].content == b"abc"


async def test_a_file_is_shared_with_blocks_or_with_a_comment(slack: SlackEmulator, client: AsyncWebClient) -> None:
    files = []
    for _ in range(2):
        place = await client.files_getUploadURLExternal(filename="a.txt", length=3)
        async with ClientSession() as session:
            await session.post(place["upload_url"], data=b"abc")
        files.append({"id": place["file_id"]})

    with pytest.raises(SlackApiError) as both:
        await client.files_completeUploadExternal(files=files[:1], channel_id=OPS, initial_comment="x", blocks='[{"type": "divider"}]')
    with pytest.raises(SlackApiError) as bad:
        await client.files_completeUploadExternal(files=files[:1], channel_id=OPS, blocks='[{"type": "banner"}]')
    await client.files_completeUploadExternal(files=files[:1], channel_id=OPS, blocks='[{"type": "divider"}]')

    assert (both.value.response["error"], bad.value.response["error"]) == ("invalid_arguments", "invalid_blocks")
    assert [block["type"] for block in slack.messages("ops")[-1].blocks] == ["divider"]
