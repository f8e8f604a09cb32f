"""Settings shared by all installations. Safe for production; ``dev`` and ``test`` relax them."""

from pathlib import Path
from typing import Any

from portal import env

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env.text("PORTAL_VAR", str(BASE_DIR / "var")))

DEBUG = False
ALLOWED_HOSTS = env.words("PORTAL_HOSTS")
CSRF_TRUSTED_ORIGINS = env.words("PORTAL_ORIGINS")
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: Who runs this portal: shown in the masthead, on paper and in messages.
PORTAL = {
    "name": env.text("PORTAL_NAME", "Hệ thống thông tin báo cáo"),
    "province": env.text("PORTAL_PROVINCE", "Tỉnh Khánh Hòa"),
    "agency": env.text("PORTAL_AGENCY", "Ủy ban nhân dân tỉnh Khánh Hòa"),
    "emblem_url": env.text("PORTAL_EMBLEM_URL", ""),
    "address": env.text("PORTAL_ADDRESS", "http://localhost:8000"),
}
#: True where the data are the demonstration's: every PDF then says that it has no legal value.
PORTAL_IS_DEMO = False

INSTALLED_APPS = [
    "home",
    "home.audit",
    "home.organisations",
    "home.accounts",
    "notifications",
    "indicators",
    "indicators.store",
    "indicators.catalogue",
    "reports.regimes",
    "reports.deadlines",
    "reports.documents",
    "reports.signing",
    "reports.submissions",
    "reports.entry",
    "reports.consolidation",
    "reports.publication",
    "reports.reminders",
    "reports.dashboards",
    "portal",
    "home.accounts.apps.UsersConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.contrib.settings",
    "wagtail_modeladmin",
    "wagtail",
    "modelcluster",
    "taggit",
    "import_export",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "portal.security.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.maintenance.MaintenanceMiddleware",
    "portal.security.PolicyMiddleware",
    "portal.security.RequestMiddleware",
    "portal.public_cache.PublicCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "home.audit.middleware.AddressMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "home.accounts.signin.middleware.SignInMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.portal",
            ],
        },
    }
]

DATABASES: dict[str, Any] = {"default": env.database("DATABASE_URL", VAR_DIR / "portal.sqlite3")}

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email", "phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "home.accounts.signin.passwords.NotTheUserName"},
]
AUTHENTICATION_BACKENDS = ["home.accounts.signin.backend.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"

#: Retired secrets: they still open what was encrypted with them.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
#: Proxies in front that say in X-Forwarded-For for whom they ask; 0: who connects is the client.
PROXIES = int(env.text("PORTAL_PROXIES", "0"))
#: Whether those who approve, issue, send or administer must have a second factor.
REQUIRE_TOTP = env.flag("PORTAL_REQUIRE_TOTP", False)
#: A session in which nothing is done for so long ends; 0: never.
IDLE_SECONDS = 60 * int(env.text("PORTAL_IDLE_MINUTES", "0"))

ACCOUNT_ADAPTER = "home.accounts.signin.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
#: A whole office often has one address; an account has five attempts in a quarter of an hour.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/m/ip,5/15m/key"}
ACCOUNT_FORMS = {
    "login": "home.accounts.signin.forms.SignInForm",
    "reauthenticate": "home.accounts.signin.forms.ReauthenticateForm",
}
MFA_ADAPTER = "home.accounts.signin.adapters.MFAAdapter"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "home.accounts.signin.forms.CodeForm",
    "reauthenticate": "home.accounts.signin.forms.CodeAgainForm",
    "activate_totp": "home.accounts.signin.forms.ActivateForm",
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    # Attachments, archived documents and import files: outside MEDIA_ROOT, reached through authorised views only.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "private", "base_url": None},
    },
}
#: Bytes. Larger uploads are refused with a message at the field; Django's own limit guards the request.
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

#: While it exists, the portal is closed for maintenance.
MAINTENANCE_FILE = VAR_DIR / "bao-tri"

#: Pages and charts are kept apart: whoever makes up addresses fills their room, not that of the sign-in's counts.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}
if env.text("REDIS_URL", ""):
    _REDIS = "django.core.cache.backends.redis.RedisCache"
    CACHES = {
        "default": {"BACKEND": _REDIS, "LOCATION": env.text("REDIS_URL")},
        "pages": {
            "BACKEND": _REDIS,
            "LOCATION": env.text("PAGES_REDIS_URL", "") or env.text("REDIS_URL"),
            "KEY_PREFIX": "pages",
        },
    }

#: Whether pages for everybody are kept until what they show changes, and the cookies that change how they look.
PUBLIC_CACHE = True
PUBLIC_COOKIES = frozenset({"hien-thi"})

#: No broker: tasks run at once in the process that queues them, their arguments passed through JSON all the same.
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "") or "memory://localhost"
CELERY_TASK_ALWAYS_EAGER = CELERY_BROKER_URL.startswith("memory:")
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_STORE_EAGER_RESULT = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("PORTAL_MAIL_FROM", "baocao@localhost")

WAGTAIL_SITE_NAME = PORTAL["name"]
WAGTAILADMIN_BASE_URL = PORTAL["address"]
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAIL_TIME_FORMAT = "%H:%M"
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "reports.submissions.finish.finish_workflow"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILADMIN_COMMENTS_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = True
TAGGIT_CASE_INSENSITIVE = True

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
PERMISSIONS_POLICY = ", ".join(
    f"{ability}=()"
    for ability in (
        *(
            "accelerometer",
            "autoplay",
            "camera",
            "display-capture",
            "encrypted-media",
            "geolocation",
            "gyroscope",
        ),
        *(
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "picture-in-picture",
            "usb",
            "xr-spatial-tracking",
        ),
    )
)
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "SAMEORIGIN"
#: Where Wagtail's date pickers, choosers and inline panels are; see ``portal.security.PolicyMiddleware``.
WAGTAIL_EDITORS = tuple(
    f"/admin/{part}/"
    for part in (
        *("pages", "sites", "snippets", "settings", "users"),
        *("bieu-mau", "che-do", "de-cuong", "nhat-ky"),
    )
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
