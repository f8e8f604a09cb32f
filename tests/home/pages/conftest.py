"""Pages are tested with what the apps above show on them."""

from tests.reports.conftest import *  # noqa: F403
