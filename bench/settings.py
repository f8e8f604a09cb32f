"""The tests' settings, with pages kept as in production."""

from portal.settings.test import *

ROOT_URLCONF = "bench.urls"
PUBLIC_CACHE = True
ALLOWED_HOSTS = ["testserver"]
