"""The newcomer's machine: ``make run``."""

from portal import env

from .base import *

DEBUG = env.flag("PORTAL_DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY", "insecure-key-for-development-only")
ALLOWED_HOSTS = ["*"]
PORTAL_IS_DEMO = True
INSTALLED_APPS += ["reports.demo"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
#: Static files straight from the source folders, also where DEBUG is off.
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
LOGGING["root"]["level"] = "WARNING"
