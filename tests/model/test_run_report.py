"""The report of a rotation: everything that was done, and no key."""

import json

from msgspec.structs import replace

from bot.model import run_report
from bot.model.canary_urls import UrlTally
from bot.model.run import Commanded, Reopened, Way
from tests.cards import NOW
from tests.requests import SEALED
from tests.runs import RUN, a_file, counted, done_before, finished, held

WHOLE = a_file(
    *done_before("canary"),
    held(),
    Commanded(way=Way.RETRY, actor="U0PAVELAPP"),
    Reopened(step="write-pair", reason="sentry made its own"),
    counted("canary"),
    finished(),
)


def test_it_says_what_was_approved_done_and_seen() -> None:
    lines = run_report.as_markdown(WHOLE).splitlines()

    assert lines[0] == "# Rotation of the CA of prod-eu: done"
    assert "- Planned for: 3 apps, 20 pods in shop" in lines
    assert "- Approved by: U0PAVELAPP" in lines
    assert "- 6 live chains end in the new root" in lines
    assert "| 10 | Deployment shop/app-2 is back | no |  |" in lines
    assert "| 11 | 2026-11-23 09:10:00 UTC | retry, decided by U0PAVELAPP |" in lines
    assert "| 13 | 2026-11-23 09:12:00 UTC | canary: for Deployment shop/orders \\(2 of 5\\) |" in lines
    assert lines[-1] == "| 14 | 2026-11-23 09:13:00 UTC | the end: done |"


def test_the_same_for_a_machine() -> None:
    told = json.loads(run_report.as_json(WHOLE))

    assert sorted(told) == ["bound", "canary_urls", "journal", "plan", "run"]
    assert told["run"]["stand"] == "done"
    assert len(told["journal"]) == len(WHOLE.entries)


def test_calls_of_canary_urls_are_a_table_and_a_sentence_of_the_proof() -> None:
    shop = UrlTally(url="http://shop/health").called(NOW, "").called(NOW, "HTTP 503")
    file = replace(WHOLE, urls=(shop, UrlTally(url="http://pay/a|b").called(NOW, "")))
    lines = run_report.as_markdown(file).splitlines()

    first = r"2026-11-23 09:00:00 UTC \(shop/health: HTTP 503\)"
    assert f"- 1 of 3 calls of 2 canary URLs failed, the first at {first}" in lines
    assert "| http://shop/health | 2 | 1 | 2026-11-23 09:00:00 UTC: HTTP 503 | 2026-11-23 09:00:00 UTC |" in lines
    assert r"| http://pay/a\|b | 1 | 0 |  |  |" in lines
    assert [one["failures"] for one in json.loads(run_report.as_json(file))["canary_urls"]] == [1, 0]
    assert "Canary URLs" not in run_report.as_markdown(WHOLE)


def test_no_key_gets_into_it_sealed_or_not() -> None:
    assert WHOLE.dossier.sealed_key == SEALED
    for made in (run_report.as_json(WHOLE), run_report.as_markdown(WHOLE).encode()):
        assert SEALED not in made
        assert b"sealed_key" not in made


def test_outside_text_neither_formats_nor_breaks_a_line() -> None:
    file = a_file(held(reason="a | b\n# c\u2028<img src=x> [x](https://evil.example) `d`\x1b[31m"), finished())
    (line,) = [one for one in run_report.as_markdown(file).split("\n") if "held" in one]

    assert line.endswith("| canary: held: a \\| b \\# c \\<img src=x\\> \\[x\\]\\(https://evil.example\\) \\`d\\` \\[31m |")


def test_its_name_is_letters_and_digits() -> None:
    assert run_report.file_name(a_file(cluster="../../pröd <eu>"), "md") == f"rotation--pr-d-eu--{RUN[:8]}.md"
