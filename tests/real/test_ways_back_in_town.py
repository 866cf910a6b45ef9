"""What else people approve in Slack, in a town: a rotation goes back; the last good CA comes back; another comes in place of a dead one."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.adapters.tls.probing import asked, straight
from bot.model import pem
from bot.model.certificate import certificates
from bot.model.chains import Endpoint
from bot.model.rotation import Kind
from bot.model.run import Way
from tests.rig import dapr, rotations
from tests.rig.dapr import NAMESPACE, TrustBundle
from tests.rig.dialling import DialReport
from tests.rig.pod_programs import SENTRY_PORT
from tests.rig.process import wait_until
from tests.rig.rotations import LONGEST
from tests.rig.town import SENTRY, VERSIONS, Plan, Town, running_town
from tests.rig.town_bot import DONE, RESTORED, REVERTED, TownBot

NEWEST = VERSIONS[0]
LAG = 90.0
OLD_ISSUER_WITHIN = 60.0
LIFE = timedelta(seconds=150)
"""Of a CA that is to end while the town runs, which takes half a minute to start."""


def a_small_plan(bundle: TrustBundle) -> Plan:
    return replace(rotations.brisk(rotations.a_plan(NEWEST, lively=3, quiet=3)), bundle=bundle)


async def issuers(town: Town) -> list[str]:
    """Fingerprint of the issuer that each sentry shows which would be asked now."""
    ready = [run for run in town.sentries() if run.is_ready]
    where = [Endpoint(component="sentry", namespace=NAMESPACE, pod=run.name, ip=run.ip, port=SENTRY_PORT) for run in ready]
    found = await asked(where, straight, deadline=timedelta(seconds=5))
    return [certificates(one.chain)[1].fingerprint for one in found.shown]


async def on_the_issuer_of(town: Town, bundle: TrustBundle, *, within: float) -> None:
    """Returns when both sentries show it."""
    wanted = certificates(pem.read(bundle.secret["issuer.crt"]))[0].fingerprint
    deadline = time.monotonic() + within
    while (found := await issuers(town)) != [wanted] * town.plan.sentries:
        assert time.monotonic() < deadline, (wanted, found)


def everybody_called(town: Town) -> DialReport:
    """New books, with every pair in them."""
    town.dialler.open_books()
    wait_until(lambda: town.dialler.report().uncalled == 0, what="every pair called", within=120.0)
    return town.dialler.report()


async def test_after_a_click_on_revert_both_sentries_are_on_the_old_issuer_within_a_minute(tmp_path: Path) -> None:
    old = rotations.a_ca("old")
    with running_town(tmp_path / "town", a_small_plan(old)) as town:
        async with TownBot(town, tmp_path / "bot") as bot:
            await bot.start()
            await bot.possible()
            town.dialler.open_books()
            await bot.rotate()
            await bot.reaches("canary", within=LONGEST)
            # From here on no mount brings what a sentry would have to load.
            town.kubelet.lag = lambda: LAG
            await bot.steer(Way.REVERT)
            await on_the_issuer_of(town, old, within=OLD_ISSUER_WITHIN)
            await bot.sees(REVERTED, within=LONGEST)
            report, after = town.dialler.report(), town.bundle()

    assert after == old
    assert report.lost == (), str(report)


async def test_where_sentry_made_a_ca_of_its_own_the_kept_one_comes_back_and_with_it_everybody(tmp_path: Path) -> None:
    old = rotations.a_ca("old")
    with running_town(tmp_path / "town", a_small_plan(old)) as town:
        async with TownBot(town, tmp_path / "bot") as bot:
            await bot.start()
            await bot.logs("last good pair kept", within=60.0)
            dapr.write_config_map(town.cluster, {"ca.crt": old.config_map["ca.crt"] + b"\n"}, manager="vim")
            town.restart(SENTRY)
            assert town.bundle().secret["ca.crt"] != old.secret["ca.crt"]

            await bot.rotate(Kind.RESTORE)
            await bot.sees(RESTORED, within=LONGEST)
            report, after = everybody_called(town), town.bundle()

    assert after.secret["issuer.key"] == old.secret["issuer.key"]
    assert after.config_map["ca.crt"] == after.secret["ca.crt"] == old.secret["ca.crt"]
    assert report.lost == report.apart == (), str(report)


async def test_after_the_recovery_of_an_expired_ca_every_peer_is_back(tmp_path: Path) -> None:
    dying = rotations.a_ca("old", lasts=LIFE)
    with running_town(tmp_path / "town", a_small_plan(dying)) as town:
        async with TownBot(town, tmp_path / "bot") as bot:
            await bot.start()
            await bot.possible(Kind.RECOVERY, within=2 * LIFE.total_seconds())
            await bot.rotate(Kind.RECOVERY)
            await bot.sees(DONE, within=LONGEST)
            report, after = everybody_called(town), town.bundle()

    assert after.secret["ca.crt"] == after.config_map["ca.crt"] != dying.secret["ca.crt"]
    assert report.lost == report.apart == (), str(report)
