import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from bot.cli.commands import group
from bot.cli.doors import Doors
from bot.config import Settings
from bot.errors import SettingsError
from bot.model.audit import Entry
from bot.model.diagnosis import Diagnosis
from bot.model.examination import Examined, Outcome, Subject
from bot.model.observed import Observed
from bot.model.snapshot import Snapshot
from bot.model.targets import Unresolved
from bot.model.terminal import Ask, Refusal, Standing
from bot.model.trust_pair import SecretBytes
from tests.builders import (
    A_CA,
    ANOTHER_CA,
    a_budget,
    a_ca,
    a_configmap,
    a_quota,
    a_secret,
    a_snapshot,
    a_surrounding,
    days,
    hours,
    some_facts,
    unobserved,
)
from tests.certificates import NOW, a_leaf, a_root, an_issuer, bundle_of
from tests.diagnosis.told import a_cause, a_diagnosis
from tests.examined import a_result, an_examined
from tests.kept import a_backup
from tests.requests import a_chain
from tests.rotation.plans import surrounded


@dataclass
class Terminal:
    """The command line over one snapshot; remembers with which settings it was asked for."""

    capsys: pytest.CaptureFixture[str]
    snapshot: Snapshot = field(default_factory=a_snapshot)
    environ: dict[str, str] = field(default_factory=dict)
    asked: list[Settings] = field(default_factory=list)
    served: list[Settings] = field(default_factory=list)
    error: Exception | None = None
    diagnosis: Diagnosis | Unresolved = field(default_factory=lambda: Unresolved(asked="nobody"))
    wondered: list[str] = field(default_factory=list)
    record: list[Entry] = field(default_factory=list)
    examined: Examined = field(default_factory=lambda: an_examined(a_result()))
    surveys: int = 0
    sent: list[tuple[str, bytes, Ask]] = field(default_factory=list)
    answered: Standing | Refusal = field(default_factory=lambda: Standing(cluster="prod-eu", taken_at=NOW))

    def observe(self, settings: Settings) -> Snapshot:
        if self.error:
            raise self.error
        self.asked.append(settings)
        return self.snapshot

    def survey(self, settings: Settings) -> Snapshot:
        self.surveys += 1
        return self.observe(settings)

    def diagnose(self, settings: Settings, words: str) -> Diagnosis | Unresolved:
        self.asked.append(settings)
        self.wondered.append(words)
        return self.diagnosis

    def ask(self, url: str, token: SecretBytes, ask: Ask) -> Standing | Refusal:
        self.sent.append((url, token.revealed(), ask))
        return self.answered

    def examine(self, settings: Settings) -> Examined:
        self.asked.append(settings)
        return self.examined

    def run(self, *words: str) -> tuple[int, str, str]:
        doors = Doors(
            environ=self.environ,
            version="1.2.3",
            now=lambda: NOW,
            observe=self.observe,
            survey=self.survey,
            diagnose=self.diagnose,
            recorded=lambda _: self.record,
            ask=self.ask,
            examine=self.examine,
            serve=self.served.append,
        )
        with pytest.raises(SystemExit) as ended:
            group(doors)(list(words))
        out, err = self.capsys.readouterr()
        return int(ended.value.code or 0), out, err


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


Told = Callable[..., tuple[int, str, str]]


def test_status_of_a_healthy_cluster_ends_with_0(terminal: Terminal) -> None:
    code, out, _ = terminal.run("status")

    assert code == 0
    assert "nothing needs action on prod-eu" in out


def test_status_of_a_ca_with_12_days_ends_with_1(terminal: Terminal) -> None:
    terminal.snapshot = a_snapshot(ca=a_ca(expires_in=days(12)))

    assert terminal.run("status")[0] == 1


def test_check_of_a_newline_more_ends_with_2_and_names_the_check(terminal: Terminal) -> None:
    terminal.snapshot = a_snapshot(configmap=a_configmap(A_CA.roots_pem + b"\n"))

    code, out, _ = terminal.run("check")

    assert code == 2
    assert "bundle-mismatch" in out


@pytest.mark.parametrize(("left", "code"), [(300, 0), (80, 0), (12, 1), (5, 2)])
def test_cert_ends_with_the_code_of_the_ladder(terminal: Terminal, left: int, code: int) -> None:
    terminal.snapshot = a_snapshot(ca=a_ca(expires_in=days(left)))

    assert terminal.run("cert")[0] == code


def test_cert_goes_by_the_settings_of_the_ladder(terminal: Terminal) -> None:
    terminal.snapshot = a_snapshot(ca=a_ca(expires_in=days(80)))
    terminal.environ = {"DAPR_WARDEN_WARNING_DAYS": "90"}

    assert terminal.run("cert")[0] == 1


def test_cert_of_what_cannot_be_seen_ends_with_3(terminal: Terminal) -> None:
    terminal.snapshot = a_snapshot(secret=unobserved())

    assert terminal.run("cert")[0] == 3


def test_cert_lists_those_of_a_snapshot_in_a_file(terminal: Terminal, tmp_path: Path) -> None:
    terminal.snapshot = a_snapshot(ca=a_ca(expires_in=days(12)))
    file = tmp_path / "snapshot.json"
    file.write_text(terminal.run("snapshot")[1])
    terminal.error = AssertionError("asked the cluster")

    code, out, _ = terminal.run("cert", "--snapshot", str(file), "-o", "json")

    assert code == 1
    assert [one["kind"] for one in json.loads(out)["certificates"]][:2] == ["root CA", "issuer"]


def test_one_check_alone_is_judged_alone(terminal: Terminal) -> None:
    terminal.snapshot = a_snapshot(configmap=a_configmap(A_CA.roots_pem + b"\n"))

    code, out, _ = terminal.run("check", "sidecar-missing")

    assert code == 0
    assert "bundle-mismatch" not in out


def test_an_unknown_check_gets_the_nearest_one(terminal: Terminal) -> None:
    code, _, err = terminal.run("check", "bundle-mismatsh")

    assert code == 3
    assert "Did you mean bundle-mismatch?" in err


def test_json_carries_severity_and_exit_code(terminal: Terminal) -> None:
    terminal.snapshot = a_snapshot(ca=a_ca(expires_in=days(12)))

    code, out, _ = terminal.run("status", "--output", "json")
    told = json.loads(out)

    assert (told["severity"], told["exit_code"], code) == ("warning", 1, 1)
    assert {answer["severity"] for answer in told["answers"]} >= {"ok", "warning"}


def test_a_snapshot_judged_offline_gives_the_same_report(terminal: Terminal, tmp_path: Path) -> None:
    terminal.snapshot = a_snapshot(ca=a_ca(expires_in=days(5)))
    file = tmp_path / "f.json"
    file.write_text(terminal.run("snapshot")[1], encoding="utf-8")
    live = terminal.run("check", "-o", "json")
    terminal.error = AssertionError("no cluster may be asked")

    offline = terminal.run("check", "--snapshot", str(file), "-o", "json")

    assert offline == live


def test_a_snapshot_holds_no_private_key(terminal: Terminal) -> None:
    _, out, _ = terminal.run("snapshot")

    # The last of PKCS #8's lines is the public key, which stands in the certificate as well.
    _, *private_lines, _, _ = A_CA.key_pem.decode().splitlines()
    assert len(private_lines) == 2
    assert not [line for line in private_lines if line in out]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"taken_at": 5}', b"[" * 100_000], ids=repr)
def test_a_file_that_is_no_snapshot_is_refused_with_a_sentence(terminal: Terminal, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "f.json"
    file.write_bytes(content)

    code, _, err = terminal.run("check", "--snapshot", str(file))

    assert code == 3
    assert "is not a snapshot of dapr-warden" in err
    assert "Traceback" not in err


def test_a_file_that_does_not_exist_is_refused_with_a_sentence(terminal: Terminal, tmp_path: Path) -> None:
    code, _, err = terminal.run("check", "--snapshot", str(tmp_path / "none.json"))

    assert (code, "Cannot read" in err) == (3, True)


def test_options_outrank_the_environment(terminal: Terminal) -> None:
    terminal.environ = {"DAPR_WARDEN_NAMESPACE": "elsewhere", "DAPR_WARDEN_CONTEXT": "one"}

    terminal.run("status", "--namespace", "dapr-two")

    assert (terminal.asked[0].namespace, terminal.asked[0].context) == ("dapr-two", "one")


def test_no_cluster_is_a_sentence_a_hint_and_3(terminal: Terminal) -> None:
    terminal.error = SettingsError("No cluster to talk to.", hint="Set DAPR_WARDEN_KUBECONFIG.")

    code, out, err = terminal.run("status")

    assert (code, out) == (3, "")
    assert err == "dapr-warden: No cluster to talk to.\n  Set DAPR_WARDEN_KUBECONFIG.\n"


def test_a_bug_ends_with_its_place_and_3_not_with_a_warnings_1_nor_with_its_own_words(terminal: Terminal) -> None:
    terminal.error = KeyError("unforeseen")

    code, out, err = terminal.run("status")

    assert (code, out) == (3, "")
    assert err.startswith("dapr-warden: This is a bug (KeyError at test_commands.py:")
    assert "unforeseen" not in err


def test_words_that_do_not_exist_end_with_3_not_with_critical(terminal: Terminal) -> None:
    assert terminal.run("status", "--nonsense")[0] == 3
    assert terminal.run("nonsense")[0] == 3


def test_a_cluster_without_dapr_says_where_to_look(terminal: Terminal) -> None:
    terminal.snapshot = a_snapshot(secret=Observed(None), configmap=Observed(None), components=())

    code, out, _ = terminal.run("status")

    assert code != 0
    assert "--namespace" in out


def test_lint_judges_files_without_any_cluster(terminal: Terminal, tmp_path: Path) -> None:
    ca = a_ca()
    files = bundle_of(*ca.chain, roots=ca.roots)
    for name, content in (("ca", files.ca), ("issuer", files.issuer), ("key", files.key)):
        (tmp_path / name).write_bytes(content)
    paths = ["--ca-cert", str(tmp_path / "ca"), "--issuer-cert", str(tmp_path / "issuer"), "--issuer-key", str(tmp_path / "key")]

    code, out, _ = terminal.run("lint", *paths, "--dapr-version", "1.18.3", "--output", "json")

    assert code == 0
    assert json.loads(out)["accepted"] is True
    assert terminal.asked == []


def test_verify_judges_now_or_at_a_given_instant_without_any_cluster(terminal: Terminal, tmp_path: Path) -> None:
    root = a_root()
    issuer = an_issuer(root)
    (tmp_path / "roots").write_bytes(root.pem)
    (tmp_path / "chain").write_bytes(a_leaf(issuer).pem + issuer.pem)
    words = ["verify", "--roots", str(tmp_path / "roots"), "--chain", str(tmp_path / "chain"), "--output", "json"]

    now, later, typo = terminal.run(*words), terminal.run(*words, "--at", "2030-01-01T00:00:00Z"), terminal.run(*words, "--at", "")

    assert (now[0], json.loads(now[1])["at"]) == (0, "2026-11-23T12:00:00Z")
    assert (later[0], json.loads(later[1])["accepted"]) == (2, False)
    assert (typo[0], typo[1], "RFC 3339" in typo[2]) == (3, "", True)
    assert terminal.asked == []


def test_serve_gets_the_settings_of_the_environment(terminal: Terminal) -> None:
    terminal.environ = {"DAPR_WARDEN_NAMESPACE": "dapr-two"}

    terminal.run("serve")

    assert [settings.namespace for settings in terminal.served] == ["dapr-two"]


def test_diagnose_says_why_and_ends_with_2(terminal: Terminal) -> None:
    terminal.diagnosis = a_diagnosis(a_cause())

    code, out, _ = terminal.run("diagnose", "orders")

    assert (code, terminal.wondered) == (2, ["orders"])
    assert "✗ Dapr root certificate expired 3 days ago  root-expired" in out


def test_diagnose_of_something_unknown_ends_with_3_and_names_what_looks_like_it(terminal: Terminal) -> None:
    terminal.diagnosis = Unresolved(asked="ordes", nearest=("shop/orders",))

    code, _, err = terminal.run("diagnose", "ordes")

    assert code == 3
    assert "There is no app, pod or component called 'ordes' that has to do with Dapr.\n  Did you mean shop/orders?" in err


def test_renew_plans_to_restore_what_is_kept_of_a_cluster_or_of_a_snapshot_that_says_so(terminal: Terminal, tmp_path: Path) -> None:
    facts = some_facts("helm", NOW - hours(1))
    seen = surrounded(
        ca=ANOTHER_CA,
        secret=a_secret(ANOTHER_CA, facts=facts),
        configmap=a_configmap(ANOTHER_CA.roots_pem, facts=facts),
        accepted=None,
        backup=a_backup(A_CA, NOW - hours(20)).facts,
    )
    file = tmp_path / "snapshot.json"
    file.write_bytes(msgspec.json.encode(seen))
    terminal.snapshot = seen

    for where in ((), ("--snapshot", str(file))):
        _, out, _ = terminal.run("renew", "--plan", *where)
        assert "restore: something else replaced the CA" in out


def test_renew_without_plan_says_what_there_is(terminal: Terminal) -> None:
    code, _, err = terminal.run("renew")

    assert code == 3
    assert "nothing was changed" in err
    assert terminal.asked == []


def test_renew_plans_for_the_cluster_and_ends_with_what_is_to_be_decided(terminal: Terminal) -> None:
    code, out, _ = terminal.run("renew", "--plan")

    assert (code, terminal.surveys) == (1, 1)
    assert "cross-signed" in out
    assert "Nothing was changed" in out


def test_only_who_plans_or_takes_a_snapshot_asks_for_workloads(terminal: Terminal) -> None:
    surveys = []
    for words in (["status"], ["check"], ["snapshot"]):
        terminal.run(*words)
        surveys.append(terminal.surveys)

    assert surveys == [0, 0, 1]


def test_renew_plans_for_a_snapshot_of_somebody_else(terminal: Terminal, tmp_path: Path) -> None:
    orders = a_surrounding("orders", max_surge=0, max_unavailable=1)
    terminal.snapshot = surrounded(orders, budgets=[a_budget(orders, allowed=0)], quotas=[a_quota(pods=3)])
    _, seen, _ = terminal.run("snapshot")
    file = tmp_path / "look.json"
    file.write_text(seen)
    terminal.asked.clear()

    code, out, _ = terminal.run("renew", "--plan", "--snapshot", str(file), "--output", "json")

    assert (code, terminal.asked) == (1, [])
    assert json.loads(out)["kind"] == "cross-signed"
    assert [one["id"] for one in json.loads(out)["hazards"]] == ["disruption-budgets"]


def test_renew_of_a_cluster_without_a_sound_ca_ends_with_3(terminal: Terminal) -> None:
    terminal.snapshot = a_snapshot(components=())

    code, out, err = terminal.run("renew", "--plan")

    assert (code, out) == (3, "")
    assert "No rotation of prod-eu can be planned. There is no sentry in namespace dapr-system" in err


def test_audit_verify_of_a_whole_record_ends_with_0_and_tells_the_head(terminal: Terminal) -> None:
    terminal.record = a_chain(3)

    code, out, err = terminal.run("audit", "verify", "--head", terminal.record[1].digest)

    assert (code, err, terminal.asked) == (0, "", [])
    assert "✓ whole: 3 entries" in out
    assert f"head  {terminal.record[-1].digest}" in out


def test_audit_verify_of_a_record_whose_end_is_cut_off_ends_with_2(terminal: Terminal) -> None:
    whole = a_chain(3)
    terminal.record = whole[:2]

    code, out, _ = terminal.run("audit", "verify", "--head", whole[-1].digest.upper(), "--output", "json")

    assert (code, json.loads(out)["is_whole"]) == (2, False)


def test_audit_verify_refuses_half_a_head(terminal: Terminal) -> None:
    code, out, err = terminal.run("audit", "verify", "--head", "c0ffee")

    assert (code, out) == (3, "")
    assert "'c0ffee' is not the head of a record.\n  Give all 64 hexadecimal digits" in err


def test_audit_export_prints_every_entry(terminal: Terminal) -> None:
    terminal.record = a_chain(3)

    code, out, _ = terminal.run("audit", "export")
    as_json = json.loads(terminal.run("audit", "export", "--output", "json")[1])

    assert code == 0
    assert [line.split("  ")[0] for line in out.splitlines()] == ["1", "2", "3"]
    assert [one["digest"] for one in as_json["entries"]] == [one.digest for one in terminal.record]


def test_the_doctor_says_a_verdict_and_what_to_do(terminal: Terminal) -> None:
    terminal.examined = an_examined(
        a_result(),
        a_result("clock", Outcome.TROUBLE, title="The clocks agree", seen="It is 9 s late.\x1b[2J", remedy="Check NTP."),
        a_result("loki", Outcome.NOT_LOOKED_AT, subject=Subject.LOGS, seen="Logs are not read."),
    )

    code, out, _ = terminal.run("doctor", "--namespace", "dapr")

    assert (code, terminal.asked[0].namespace) == (2, "dapr")
    assert out.splitlines()[0] == "The bot of prod-eu: 1 thing to mend"
    assert "✗ TROUBLE  clock\n      It is 9 s late.\\x1b[2J\n      → Check NTP." in out
    assert "The clocks agree" not in out
    assert "- not looked at, by choice  loki" in out


def test_the_doctors_answer_is_one_json_object(terminal: Terminal) -> None:
    code, out, _ = terminal.run("doctor", "-o", "json")

    said = json.loads(out)
    assert (code, said["exit_code"], said["verdict"]) == (0, 0, "everything is in order")
    assert said["results"][0]["outcome"] == "fine"


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(Outcome.FINE, 0), (Outcome.NOT_LOOKED_AT, 0), (Outcome.WARNING, 1), (Outcome.TROUBLE, 2), (Outcome.UNKNOWN, 3)],
)
def test_the_doctors_exit_code_is_that_of_the_worst(terminal: Terminal, outcome: Outcome, code: int) -> None:
    terminal.examined = an_examined(a_result(), a_result("clock", outcome))

    assert terminal.run("doctor")[0] == code
