"""`python -m playground.page`."""

import asyncio
import signal
import sys

from aiohttp import ClientSession


async def test_it_prints_where_it_is_and_ends_on_sigterm() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "playground.page", stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    printed: list[str] = []
    while not printed or not printed[-1].startswith("SLACK_APP_TOKEN"):
        printed.append((await process.stdout.readline()).decode().strip())
    url = next(word for line in printed for word in line.split() if word.startswith("http"))
    async with ClientSession() as session, session.get(url) as page, session.get(f"{url}page/screen?user=olga&channel=general") as screen:
        told = await screen.json()
    process.send_signal(signal.SIGTERM)

    assert page.status == 200
    assert [message["user"] for message in told["messages"]] == ["U0ADAADMIN", "U0MIAMEMBE"]
    assert await process.wait() == 0
