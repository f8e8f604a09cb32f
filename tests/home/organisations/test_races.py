"""Two reorganisations at once: one after the other, whichever comes first."""

import threading

import pytest
from django.db import connection

from home.organisations import services
from home.organisations.models import Affiliation, OrganisationPath

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_who_put_each_other_beneath_themselves_close_no_circle() -> None:
    for number in range(3):
        first, second = (
            services.create_organisation(f"{name}{number}", name=name, kind="so", level="tinh")
            for name in "AB"
        )
        barrier, outcomes = threading.Barrier(2), []

        def place(child, parent, barrier=barrier, outcomes=outcomes) -> None:
            barrier.wait()
            try:
                services.affiliate(child, parent)
                outcomes.append("placed")
            except services.AffiliationCycle:
                outcomes.append("refused")
            finally:
                connection.close()

        threads = [threading.Thread(target=place, args=pair) for pair in ((first, second), (second, first))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(outcomes) == ["placed", "refused"]
        assert Affiliation.objects.filter(child__in=[first, second]).count() == 1
    paths = OrganisationPath.objects.count()
    services.rebuild_paths()
    assert OrganisationPath.objects.count() == paths
