import json
from pathlib import Path

import pytest

from bot.cli import lint
from bot.errors import InputError
from bot.model.bundle import Mode, TrustBundle
from bot.model.pem import read
from bot.model.private_key import read_key
from bot.model.versions import Version
from tests.certificates import DAY, NOW, Files, a_good_bundle, a_root, an_issuer, bundle_of


def judged(files: Files, version: str = "1.18.3", mode: Mode = Mode.KUBERNETES) -> lint.Result:
    configmap = None if files.configmap is None else read(files.configmap)
    held = TrustBundle(ca=read(files.ca), issuer=read(files.issuer), key=read_key(files.key), configmap_ca=configmap)
    return lint.judge(held, Version.parse(version), mode, NOW)


def answers(result: lint.Result) -> tuple[bool, bool, bool, bool, int]:
    return result.accepted, result.sentry_loads, result.sentry_replaces, result.peers_verify, result.exit_code


def test_a_sound_bundle_is_accepted_without_a_finding() -> None:
    result = judged(a_good_bundle())

    assert answers(result) == (True, True, False, True, 0)
    assert result.findings == ()
    assert lint.as_text(result) == "Accepted.\n"


def test_what_peers_refuse_is_not_accepted_although_sentry_loads_it() -> None:
    root = a_root(path_length=0)
    result = judged(bundle_of(an_issuer(root), roots=(root,)))

    assert answers(result) == (False, True, False, False, 2)
    assert {one.id for one in result.findings} == {"root-pathlen-zero", "peers-refuse"}


def test_a_newline_more_in_the_configmap_is_a_replaced_ca() -> None:
    good = a_good_bundle()
    files = Files(good.ca, good.issuer, good.key, good.ca + b"\n")
    result = judged(files)

    assert answers(result) == (False, False, True, True, 2)
    assert "one newline more at the end of the ConfigMap's ca.crt" in lint.as_text(result)
    assert answers(judged(files, mode=Mode.STANDALONE)) == (True, True, False, True, 0)


def test_a_refused_bundle_says_why_and_the_worst_comes_first() -> None:
    result = judged(a_good_bundle(not_after=NOW - DAY / 2))

    assert answers(result) == (False, False, False, False, 2)
    severities = [one.severity for one in result.findings]
    assert severities == sorted(severities, key=["critical", "warning", "notice"].index)
    assert "certificate has expired" in lint.as_text(result)


def test_what_is_too_large_is_not_judged() -> None:
    good = a_good_bundle()
    result = judged(Files(good.ca + b"#" * 300_000, good.issuer, good.key))

    assert (result.accepted, result.exit_code, lint.as_text(result).splitlines()[0]) == (False, 3, "Not judged.")


def test_the_json_has_the_documented_shape() -> None:
    answer = json.loads(lint.as_json(judged(a_good_bundle(path_length=0), "1.19.0")))

    assert {key: value for key, value in answer.items() if key != "findings"} == {
        "accepted": True,
        "sentry_loads": True,
        "sentry_replaces": False,
        "peers_verify": True,
    }
    assert [sorted(one) for one in answer["findings"]] == [["id", "message", "severity"]] * 2
    assert [(one["id"], one["severity"]) for one in answer["findings"]] == [
        ("version-unknown", "warning"),
        ("issuer-pathlen-zero", "notice"),
    ]


def written(folder: Path, files: Files) -> lint.Request:
    names = {"ca": files.ca, "issuer": files.issuer, "key": files.key}
    for name, content in names.items():
        (folder / name).write_bytes(content)
    return lint.Request(ca_cert=folder / "ca", issuer_cert=folder / "issuer", issuer_key=folder / "key", dapr_version="1.18.3")


def test_files_are_read_from_disk(tmp_path: Path) -> None:
    assert lint.run(written(tmp_path, a_good_bundle()), at=NOW).accepted


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"ca_cert": Path("/nowhere/ca.crt")}, "Cannot read"),
        ({"dapr_version": "newest"}, "no Dapr version"),
        ({"mode": "cloud"}, "no mode"),
    ],
)
def test_what_cannot_be_judged_is_an_input_error(tmp_path: Path, change: dict[str, object], complaint: str) -> None:
    request = written(tmp_path, a_good_bundle())
    fields = {name: getattr(request, name) for name in ("ca_cert", "issuer_cert", "issuer_key", "dapr_version", "mode")} | change

    with pytest.raises(InputError, match=complaint):
        lint.run(lint.Request(**fields), at=NOW)
