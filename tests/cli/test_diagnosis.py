import json

import click
import pytest
from msgspec.structs import replace

from bot.cli import diagnosis
from bot.model.diagnosis import Cause, Certainty
from bot.model.explore import Address
from bot.model.observed import Unobserved, Why
from bot.model.targets import Unresolved
from tests.diagnosis.told import a_cause, a_diagnosis

UNSEEN = ("The logs could not be read: forbidden.",)


@pytest.mark.parametrize(
    ("causes", "unseen", "code"),
    [
        ((), (), 0),
        ((), UNSEEN, 3),
        ((a_cause(certainty=Certainty.POSSIBLE),), UNSEEN, 1),
        ((a_cause(certainty=Certainty.LIKELY),), (), 2),
        ((a_cause(),), UNSEEN, 2),
        ((replace(a_cause(), strikes_later=True),), (), 1),
    ],
)
def test_the_exit_code_tells_how_sure_it_is(causes: tuple[Cause, ...], unseen: tuple[str, ...], code: int) -> None:
    assert diagnosis.exit_code(a_diagnosis(*causes, unseen=unseen)) == code


def test_the_likeliest_cause_comes_first_with_all_that_stands_behind_it() -> None:
    shown = click.unstyle(diagnosis.as_text(a_diagnosis(a_cause(), a_cause("image-pull", "An image cannot be pulled"), unseen=UNSEEN)))

    assert shown.splitlines() == [
        "prod-eu · app orders · 2026-11-23 12:00 UTC",
        "",
        "✗ Dapr root certificate expired 3 days ago  root-expired",
        "  this is proved",
        "  seen     The root was valid until 2026-11-20 12:00:00 UTC.",
        "  printed  Dapr root certificate expiration warning: certificate has expired.",
        "  do       Make a new CA: docs/checks.md#already-expired",
        "  explained in docs/causes.md#root-expired",
        "",
        "It may also be",
        "✗ An image cannot be pulled  image-pull",
        "",
        "What could not be seen",
        "  The logs could not be read: forbidden.",
        "",
        "Looked at: 22 checks, 1 pod, logs in Loki",
    ]


def test_what_is_no_matter_of_certificates_is_called_so() -> None:
    shown = diagnosis.as_text(a_diagnosis(a_cause("image-pull", "An image cannot be pulled", Certainty.LIKELY, is_certificate=False)))

    assert "this is likely, and no matter of certificates" in shown


@pytest.mark.parametrize(
    ("unseen", "words"), [((), "nothing is wrong"), (UNSEEN, "nothing wrong in what could be seen, and not everything could")]
)
def test_nothing_found_is_healthy_only_where_everything_was_seen(unseen: tuple[str, ...], words: str) -> None:
    assert words in click.unstyle(diagnosis.as_text(a_diagnosis(unseen=unseen))).splitlines()


def test_the_json_has_everything() -> None:
    body = json.loads(diagnosis.as_json(a_diagnosis(a_cause(), unseen=UNSEEN)))

    assert list(body) == ["cluster", "target", "taken_at", "exit_code", "causes", "unseen", "looked_at", "logs"]
    assert (body["exit_code"], body["causes"][0]["id"], body["causes"][0]["certainty"]) == (2, "root-expired", "proved")
    assert body["target"]["pods"] == [{"namespace": "shop", "name": "orders-0"}]


def test_the_logs_can_be_opened_from_the_terminal() -> None:
    found = replace(a_diagnosis(a_cause()), own_logs=Address("https://grafana.example/explore?schemaVersion=1&panes=x"))

    lines = click.unstyle(diagnosis.as_text(found)).splitlines()
    assert lines[lines.index("Logs in Grafana") + 1] == "  its sidecars: https://grafana.example/explore?schemaVersion=1&panes=x"
    assert json.loads(diagnosis.as_json(found))["logs"] == {
        "own": "https://grafana.example/explore?schemaVersion=1&panes=x",
        "control_plane": None,
    }
    assert "Grafana" not in diagnosis.as_text(a_diagnosis())


def test_where_nothing_could_be_looked_at_nothing_is_said() -> None:
    shown = click.unstyle(diagnosis.as_text(replace(a_diagnosis(unseen=UNSEEN), is_blind=True)))

    assert "nothing could be looked at, so nothing can be said" in shown.splitlines()


def test_escape_sequences_do_not_reach_the_terminal() -> None:
    shown = diagnosis.as_text(a_diagnosis(a_cause(fact="a\x1b[2Jb", excerpts=("c\x1b]0;d\x07",)), name="e\x1b[31m"))

    for sequence in ("\x1b[2J", "\x1b]0", "e\x1b[31m", "\x07"):
        assert sequence not in shown


def test_several_of_one_name_are_listed() -> None:
    refusal = diagnosis.refusal(Unresolved(asked="orders", matches=("shop/orders", "test/orders")))

    assert (str(refusal), refusal.hint) == ("There are several called 'orders'.", "One of: shop/orders, test/orders.")


def test_where_pods_could_not_be_looked_through_it_says_so() -> None:
    unseen = Unobserved(Why.FORBIDDEN, "list pods: forbidden.")
    refusal = diagnosis.refusal(Unresolved(asked="orders", known=("dapr-sentry",), unseen=unseen))

    assert str(refusal) == "Nobody knows whether 'orders' exists, as pods could not be looked through: list pods: forbidden."
    assert refusal.hint == "There are: dapr-sentry."
