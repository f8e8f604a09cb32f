"""Two people at once."""

import threading

import pytest
from django.db import connection

from reports.deadlines.models import Obligation, Round
from reports.deadlines.services import RoundError, open_round
from reports.regimes.models import RegimeVersion
from tests.reports.conftest import MAY


@pytest.mark.django_db(transaction=True)
def test_two_people_opening_the_same_round_make_one(regime):
    version_id = regime.latest_version.pk
    barrier = threading.Barrier(2)
    ends: list[object] = []

    def run() -> None:
        try:
            version = RegimeVersion.objects.get(pk=version_id)
            barrier.wait(timeout=30)
            ends.append(open_round(version, MAY, by=None))
        except RoundError as error:
            ends.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(type(end).__name__ for end in ends) == ["Round", "RoundError"]
    assert (Round.objects.count(), Obligation.objects.count()) == (1, 3)
