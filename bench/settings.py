"""The tests' settings, with pages kept as in production."""

import os

from portal.settings.test import *

ROOT_URLCONF = "bench.urls"
PUBLIC_CACHE = True
ALLOWED_HOSTS = ["testserver"]
if served := os.environ.get("BENCH_SERVED"):
    # The server of the bench stands on the database that the bench has made.
    DATABASES["default"]["NAME"] = served
