import pytest

from home.accounts.models import DutyKind, User
from tests.conftest import make_person


@pytest.fixture
def admin(committee) -> User:
    """System administrator."""
    return make_person("quantri", committee, DutyKind.SYSTEM_ADMIN)


@pytest.fixture
def unit_admin(department) -> User:
    """Administers the department."""
    return make_person("quantridonvi", department, DutyKind.UNIT_ADMIN)


@pytest.fixture
def signed_in(client):
    """The test client of somebody."""

    def signed_in(person: User):
        client.force_login(person)
        return client

    return signed_in
