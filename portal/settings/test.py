"""The test suite. ``DATABASE_URL`` chooses PostgreSQL; the default is SQLite."""

import tempfile
from pathlib import Path

from .dev import *

DEBUG = False
SECRET_KEY = "insecure-key-for-tests-only"
_FILES = Path(tempfile.mkdtemp(prefix="portal-tests-"))
MEDIA_ROOT = _FILES / "media"
STORAGES["private"]["OPTIONS"]["location"] = _FILES / "private"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
#: Databases are thrown away between tests, and kept pages with them would not be.
PUBLIC_CACHE = False
REQUIRE_TOTP = False
IDLE_SECONDS = 0
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of the race tests and the live server share it.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
