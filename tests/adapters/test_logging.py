import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.adapters.logging import configure


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, own = root.handlers[:], root.level, structlog.get_config()
    yield
    structlog.configure(**own)
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_librarys_exception_is_a_traceback_in_its_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "json")
    logging.getLogger("slack_sdk.socket_mode").error("Failed to run a request listener", exc_info=ValueError("what the library met"))

    (line,) = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told["event"] == "Failed to run a request listener"
    assert "ValueError: what the library met" in told["exception"]


def test_a_traceback_for_people_shows_no_local_variable(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "text")
    _fail(b"-----BEGIN " + b"a key")

    told = capsys.readouterr().err
    assert "ValueError: cannot read it" in told
    assert "a key" not in told


def _fail(key: bytes) -> None:
    try:
        raise ValueError("cannot read it") if key else AssertionError
    except ValueError:
        structlog.get_logger().exception("broke")
