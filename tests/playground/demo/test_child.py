import asyncio
from pathlib import Path

import pytest

from playground.demo import child
from playground.demo.child import DemoError


async def test_a_bot_that_ends_early_is_told_with_its_last_words_and_its_log(tmp_path: Path) -> None:
    log = tmp_path / "bot.log"
    async with child.serving({"DAPR_WARDEN_NO_SUCH_SETTING": "1"}, log) as bot:
        with pytest.raises(DemoError, match="ended with exit code 3") as told:
            await bot.ready()

    assert "Unknown setting DAPR_WARDEN_NO_SUCH_SETTING" in str(told.value)
    assert str(log) in str(told.value)


async def test_no_wait_lasts_for_ever(tmp_path: Path) -> None:
    async def never() -> bool:
        return False

    async with child.serving({"DAPR_WARDEN_NO_SUCH_SETTING": "1"}, tmp_path / "bot.log") as bot:
        with pytest.raises(DemoError, match="Waited 0 s in vain for a miracle"):
            await bot.until(never, "a miracle", 0.01)


async def test_the_process_has_ended_when_the_block_is_left_by_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with child.serving({}, tmp_path / "bot.log") as bot:
            raise ZeroDivisionError

    assert bot.process.returncode is not None


async def test_the_process_has_ended_when_the_block_is_cancelled(tmp_path: Path) -> None:
    started: asyncio.Future[child.Bot] = asyncio.get_running_loop().create_future()

    async def serve() -> None:
        async with child.serving({}, tmp_path / "bot.log") as bot:
            started.set_result(bot)
            await asyncio.Event().wait()

    task = asyncio.ensure_future(serve())
    bot = await started
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert bot.process.returncode is not None


async def test_a_command_that_says_nothing_is_told_with_its_complaint() -> None:
    with pytest.raises(DemoError, match="Unknown setting DAPR_WARDEN_NO_SUCH_SETTING"):
        await child.status({"DAPR_WARDEN_NO_SUCH_SETTING": "1"})


def test_nothing_of_our_own_environment_reaches_a_child_but_the_path() -> None:
    assert set(child.clean({"HOME": "/nowhere"})) == {"PATH", "PYTHONUTF8", "HOME"}
