"""Is it alive, is it ready?"""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection


@pytest.mark.requirement("R23", part="live and ready answers")
def test_alive_asks_nothing_of_the_database(client):
    answer = client.get("/-/live")

    assert (answer.status_code, answer.json()) == (200, {"live": True})


@pytest.mark.requirement("R23", part="live and ready answers")
def test_ready_means_that_the_database_answers(client, db):
    answer = client.get("/-/ready")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "database": True})


def test_without_the_database_the_portal_is_alive_and_not_ready(client, db):
    with patch.object(connection, "cursor", side_effect=DatabaseError("gone")):
        alive, ready = client.get("/-/live"), client.get("/-/ready")

    assert alive.status_code == 200
    assert (ready.status_code, ready.json()) == (503, {"ready": False, "database": False})
