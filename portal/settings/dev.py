"""The newcomer's machine: ``make run``."""

from portal import env

from .base import *  # noqa: F403

DEBUG = env.flag("PORTAL_DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY", "insecure-key-for-development-only")
ALLOWED_HOSTS = ["*"]
PORTAL_IS_DEMO = True
INSTALLED_APPS += ["reports.demo"]  # noqa: F405
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
#: Static files straight from the source folders, also where DEBUG is off.
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"  # noqa: F405
LOGGING["root"]["level"] = "WARNING"  # noqa: F405
