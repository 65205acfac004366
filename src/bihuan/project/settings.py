"""Settings from the environment; docs/running.md lists every variable."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bihuan.project import sign_on
from bihuan.project.runtime import keys as runtime_keys

BASE_DIR = Path(__file__).resolve().parent
HOME = Path(os.environ.get("BIHUAN_HOME", ".bihuan")).absolute()
KEYS = runtime_keys.load_or_create(HOME)

SECRET_KEY = KEYS.django
DEBUG = False
ALLOWED_HOSTS = os.environ.get("BIHUAN_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("BIHUAN_ORIGINS", "").split(",") if o]
PUBLIC_URL = os.environ.get("BIHUAN_PUBLIC_URL", "http://localhost:8000")
# port of the live updates, set by the supervisor; empty: the pages' own origin, behind a proxy
# None: no live process; empty: a proxy leads /live to it; else its port on this host
LIVE_PORT = os.environ.get("BIHUAN_LIVE_PORT")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "procrastinate.contrib.django",
    "bihuan.journal",
    "bihuan.accounts",
    "bihuan.personal",
    "bihuan.evidence",
    "bihuan.notices",
    "bihuan.webhooks",
    "bihuan.norms",
    "bihuan.clocks",
    "bihuan.conversations",
    "bihuan.marketplace",
    "bihuan.money",
    "bihuan.workforce",
    "bihuan.cases",
    "bihuan.ledger",
    "bihuan.complaints",
    "bihuan.incidents",
    "bihuan.orders",
    "bihuan.aftersales",
    "bihuan.automation",
    "bihuan.desk",
    "bihuan.compliance",
    "bihuan.publicity",
    "bihuan.phrases",
    "bihuan.administration",
    "bihuan.project",
]

# proxies before the program whose X-Forwarded-For is believed
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("BIHUAN_PROXIES", "0"))
AXES_CLIENT_IP_CALLABLE = "bihuan.accounts.requests.address_of"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "bihuan.project.compression.CompressedPages",
    "bihuan.project.compression.CompressedFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "bihuan.project.api.gate.Gate",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bihuan.accounts.middleware.ActorMiddleware",
    "bihuan.project.live.page.LiveMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "bihuan.project.middleware.Errors",
]
CSRF_FAILURE_VIEW = "bihuan.project.middleware.csrf_failure"

ROOT_URLCONF = "bihuan.project.urls"
WSGI_APPLICATION = "bihuan.project.wsgi.application"
ASGI_APPLICATION = "bihuan.project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]


def database(url: str, *, pool: bool) -> dict[str, Any]:
    """Django's form of a ``postgresql://`` address; a socket folder stands in ``?host=``."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    options: dict[str, Any] = {
        "application_name": os.environ.get("BIHUAN_PROCESS", "bihuan"),
        # values travel apart from the statement (in C, not in Python), and what comes often is planned once
        "server_side_binding": True,
        "prepare_threshold": 5,
    }
    if pool:
        options["pool"] = {"min_size": 0, "max_size": int(os.environ.get("BIHUAN_POOL", "12")), "timeout": 20}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "bihuan",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": str(query.get("port", parts.port or "")),
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
        "TEST": {"TEMPLATE": "template0"},
    }


ROLE = os.environ.get("BIHUAN_ROLE", "app")
_APP_URL = os.environ.get("DATABASE_URL", "postgresql:///bihuan")
_OWNER_URL = os.environ.get("BIHUAN_DATABASE_OWNER_URL", _APP_URL)
DATABASES = {"default": database(_OWNER_URL if ROLE == "owner" else _APP_URL, pool=ROLE != "owner")}
DATABASE_APP_USER = unquote(urlsplit(_APP_URL).username or "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "bihuan.accounts.backends.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR.parent / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
EVIDENCE_ROOT = Path(os.environ.get("BIHUAN_EVIDENCE", str(HOME / "evidence")))
ANCHOR_ROOT = Path(os.environ.get("BIHUAN_ANCHORS", str(HOME / "anchors")))
ANCHOR_PUT = os.environ.get("BIHUAN_ANCHOR_PUT", "")
ANCHOR_PUT_TOKEN = os.environ.get("BIHUAN_ANCHOR_PUT_TOKEN", "")
ANCHOR_MAIL = [a for a in os.environ.get("BIHUAN_ANCHOR_MAIL", "").split(",") if a]
ANCHOR_FORMER_KEYS = [k for k in os.environ.get("BIHUAN_ANCHOR_FORMER_KEYS", "").split(",") if k]
# networks that webhooks may call besides the public internet, such as 10.20.0.0/16
WEBHOOK_NETWORKS = [n for n in os.environ.get("BIHUAN_WEBHOOK_NETWORKS", "").split(",") if n]
# what the public page names; empty: the page says that it is not set up (PCN-4.2.c)
COMPLAINT_PHONE = os.environ.get("BIHUAN_COMPLAINT_PHONE", "")
COMPLAINT_MAIL = os.environ.get("BIHUAN_COMPLAINT_MAIL", "")
COMPLAINT_HOURS = os.environ.get("BIHUAN_COMPLAINT_HOURS", "")
BACKUP_ROOT = Path(os.environ.get("BIHUAN_BACKUPS", str(HOME / "backups")))
RULEBOOK_OVERRIDES = os.environ.get("BIHUAN_RULEBOOKS", "")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "bihuan.evidence.uploads.QuotaUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]

AXES_LOCKOUT_CALLABLE = "bihuan.accounts.pages.sign_in.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # the journal holds sign-ins

_MFA_ROLES = os.environ.get("BIHUAN_MFA_ROLES")
# roles that must have a second factor; None: administrator and auditor, in production only
MFA_REQUIRED_ROLES = None if _MFA_ROLES is None else [r for r in _MFA_ROLES.split(",") if r]
MFA_ADAPTER = "bihuan.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
ACCOUNT_ADAPTER = "bihuan.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # they count in one process; accounts/limits.py counts in the database
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]

# staff may sign in with an OpenID Connect provider, where all three are set
_OIDC = {
    name: os.environ.get(f"BIHUAN_OIDC_{name}", "") for name in ("ISSUER", "CLIENT_ID", "SECRET", "NAME")
}
SINGLE_SIGN_ON = sign_on.provider(_OIDC)
SOCIALACCOUNT_PROVIDERS = sign_on.providers(SINGLE_SIGN_ON, _OIDC["SECRET"])
SOCIALACCOUNT_ADAPTER = "bihuan.accounts.single.SingleSignOn"
SOCIALACCOUNT_STORE_TOKENS = False
# a form's answer may not lead to another host (form-action 'self'); state and PKCE bind the way back
SOCIALACCOUNT_LOGIN_ON_GET = True

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "%(asctime)s %(levelname)-7s %(name)s: %(message)s"},
        "json": {"()": "bihuan.project.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": os.environ.get("BIHUAN_LOG", "text")}
    },
    "loggers": {"procrastinate": {"level": "WARNING"}, "axes": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": os.environ.get("BIHUAN_LOG_LEVEL", "INFO")},
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "bihuan.administration.jobs.watch"
