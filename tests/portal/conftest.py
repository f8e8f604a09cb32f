from tests.reports.conftest import home_page  # noqa: F401
