"""A province's installation. Secrets come from the environment only; the demonstration is not installable here."""

from portal import env

from .base import *

SECRET_KEY = env.text("SECRET_KEY")
PROXIES = int(env.text("PORTAL_PROXIES", "1"))
REQUIRE_TOTP = env.flag("PORTAL_REQUIRE_TOTP", True)
IDLE_SECONDS = 60 * int(env.text("PORTAL_IDLE_MINUTES", "30"))
SECURE_SSL_REDIRECT = env.flag("PORTAL_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("SMTP_HOST", "localhost")
EMAIL_PORT = int(env.text("SMTP_PORT", "25"))
EMAIL_HOST_USER = env.text("SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("SMTP_TLS", False)
#: X_FRAME_OPTIONS is SAMEORIGIN, not DENY: Wagtail shows previews in a frame of its own.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
