"""The tests' settings, with pages kept as in production."""

from portal.settings.test import *

ROOT_URLCONF = "bench.urls"
PUBLIC_CACHE = True
ALLOWED_HOSTS = ["testserver"]
# SQLite reads its whole schema again with each connection; a server that keeps them, as PostgreSQL's are kept, does so once.
DATABASES["default"]["CONN_MAX_AGE"] = 60
