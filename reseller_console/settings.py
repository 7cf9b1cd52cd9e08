"""Settings, all from the environment (`docs/operating.md` lists the variables).

`CONSOLE_ENV` is one of *development* (`./console up`), *test* (`./console test`)
and *production*; nothing else in the code asks which one it is.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from reseller_console.configuration.environment import database, env, limits, with_password
from reseller_console.configuration.mail import anymail, mailers, troubles, webhooks
from reseller_console.configuration.retention import retention
from reseller_console.lib.clock import parse_override
from reseller_console.lib.logs.pipeline import logging_settings
from reseller_console.lib.serving.policy import CONTENT_SECURITY_POLICY

BASE_DIR = Path(__file__).resolve().parent.parent
CONSOLE_ENV = env.str("CONSOLE_ENV", "production")
if CONSOLE_ENV not in {"development", "test", "production"}:
    raise ImproperlyConfigured(f"CONSOLE_ENV is {CONSOLE_ENV!r}, not one of the three it can be.")
PRODUCTION = CONSOLE_ENV == "production"
CONSOLE_HOME = Path(env.str("CONSOLE_HOME", str(BASE_DIR / ".console")))

DEBUG = False
SECRET_KEY = env.str("CONSOLE_SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("CONSOLE_SECRET_KEY_FALLBACKS", default=[])
SHORTEST_SECRET_KEY = 50
if PRODUCTION and len(SECRET_KEY) < SHORTEST_SECRET_KEY:
    raise ImproperlyConfigured(
        f"CONSOLE_SECRET_KEY has {len(SECRET_KEY)} characters; production needs at least"
        f" {SHORTEST_SECRET_KEY} random ones (openssl rand -hex 32)."
    )

# The one place links in mail come from; request headers never do.
CONSOLE_ORIGIN = env.str("CONSOLE_ORIGIN").rstrip("/")
SECURE = CONSOLE_ORIGIN.startswith("https://")
ALLOWED_HOSTS = env.list(
    "CONSOLE_ALLOWED_HOSTS",
    default=[CONSOLE_ORIGIN.split("//")[1].split(":")[0]]
    + ([] if PRODUCTION else ["127.0.0.1", "localhost", "[::1]"]),
)

CONSOLE_TODAY = parse_override(env.str("CONSOLE_TODAY", ""))
if PRODUCTION and CONSOLE_TODAY is not None:
    raise ImproperlyConfigured("CONSOLE_TODAY pins the calendar; production must not set it.")
if PRODUCTION and not SECURE:
    raise ImproperlyConfigured("CONSOLE_ORIGIN must begin with https:// in production.")
# Web, worker and clock do not start on a Python with holes (`reseller_console.starting`).
DEMANDS_SAFE_PYTHON = PRODUCTION and not env.bool("CONSOLE_ACCEPT_UNSAFE_PYTHON", False)

INSTALLED_APPS = [
    "reseller_console",
    "reseller_console.tenancy",
    "notifications",
    "reseller_console.accounts",
    "customers",
    "authorizations",
    "reseller_console.admin_config.ConsoleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "allauth",
    "allauth.account",
    "anymail",
]

MIDDLEWARE = [
    "reseller_console.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "reseller_console.middleware.NeverStored",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "reseller_console.accounts.middleware.SessionLimit",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "reseller_console.accounts.middleware.WhoAsks",
    "reseller_console.accounts.middleware.Language",
    "reseller_console.accounts.middleware.Attempts",
    # Before everything that reads a body, which the checks against forgery do in `process_view`.
    "reseller_console.middleware.BodyLimit",
    "reseller_console.middleware.Tenant",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "reseller_console.middleware.HtmxVary",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "reseller_console.urls"
WSGI_APPLICATION = "reseller_console.wsgi.application"

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
                "reseller_console.context.console",
            ],
            "builtins": ["django.templatetags.static", "reseller_console.lib.templatetags.console"],
        },
    },
]


# Two roles: the owner migrates, everything else works as the application role,
# which owns no table (`docs/decisions/0003-two-database-roles.md`).
DATABASE_URL = with_password(env.str("DATABASE_URL"), env.str("DATABASE_PASSWORD", ""))
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", DATABASE_URL)
DATABASES = {"default": database(DATABASE_URL, pooled=CONSOLE_ENV != "test")}
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", "console_app")
# One role that owns the tables and works on them, which can then rewrite the audit.
DATABASE_ONE_ROLE = env.bool("DATABASE_ONE_ROLE", False)
LIMITS = {
    "application": limits("DATABASE", statement=15, lock=5),
    "night": limits("NIGHT", statement=600, lock=30),
    "migration": limits("MIGRATION", statement=0, lock=5),
    "retention": limits("RETENTION", statement=30, lock=1),
}
# How many days each kind of row is kept; 0 is forever.
RETENTION = retention()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Work in the background: the broker only wakes the workers.
BROKER_URL = with_password(env.str("BROKER_URL"), env.str("BROKER_PASSWORD", ""))
CELERY_BROKER_URL = BROKER_URL
# Two queues with workers of their own: a thousand nights keep no email waiting.
CELERY_TASK_DEFAULT_QUEUE = "mail"
CELERY_TASK_ROUTES = {"authorizations.tasks.*": {"queue": "night"}}
# What one worker has not begun, another one can.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    # Without these two a killed worker's tasks come back only after minutes.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # A request never waits for a broker that does not answer.
    "socket_timeout": 1,
    "socket_connect_timeout": 0.2,
}
CELERY_TIMEZONE = "UTC"
# How long a night of one reseller may take; then it is ended, and goes on later where it was.
NIGHT_SECONDS = env.int("NIGHT_SECONDS", 60 * 60)

# --- People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["reseller_console.accounts.signing_in.sign_in.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if CONSOLE_ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "reseller_console.accounts.signing_in.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "reseller_console.accounts.signing_in.sign_in.ResetTokens"  # noqa: S105
ACCOUNT_FORMS = {
    "login": "reseller_console.accounts.forms.SignInForm",
    "reset_password": "reseller_console.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "reseller_console.accounts.forms.ResetPasswordKeyForm",
    "change_password": "reseller_console.accounts.forms.ChangePasswordForm",
}
# Signing in is throttled by reseller_console.accounts.signing_in.throttle, which tells people apart
# who share an address; allauth's own limits would lock them all out.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "reset_password": "20/m/ip,3/10m/key",
}
# How many proxies in front of us add to X-Forwarded-For; with none it is not read at all.
BEHIND_PROXY = env.bool("CONSOLE_BEHIND_PROXY", False)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("CONSOLE_TRUSTED_PROXIES", int(BEHIND_PROXY))
PASSWORD_RESET_TIMEOUT = 4 * 60 * 60
SESSION_ENGINE = "reseller_console.accounts.signing_in.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "reseller_console.errors.csrf_failure"

# Throttles and locks live in the database: losing the broker must not open a door.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "console_cache",
        # By itself it drops a third of its rows from the 300th on, whether they have ended or not.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Of each process, for what costs more to ask than to count again now and then.
    "counts": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "counts",
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}

# --- Mail
MAIL_PROVIDER = env.str("MAIL_PROVIDER", "mailbox" if not PRODUCTION else "smtp")
MAIL_WEBHOOKS = webhooks(MAIL_PROVIDER)
MAILERS = mailers(MAIL_PROVIDER)
ANYMAIL = anymail()
# Emails on their way to the provider at once, for each sender; and the pace of all senders
# together in emails a second (0: as fast as the provider takes them).
MAIL_PARALLEL = env.int("MAIL_PARALLEL", 8)
MAIL_PER_SECOND = env.float("MAIL_PER_SECOND", 0)
# Invitations to addresses that people type: of one colleague, and of a reseller's colleagues
# together. Ops can give a reseller others. Those of an import go out at the pace of an hour.
INVITATIONS_PER_PERSON_HOUR = env.int("INVITATIONS_PER_PERSON_HOUR", 20)
INVITATIONS_PER_PERSON_DAY = env.int("INVITATIONS_PER_PERSON_DAY", 100)
INVITATIONS_PER_RESELLER_HOUR = env.int("INVITATIONS_PER_RESELLER_HOUR", 200)
INVITATIONS_PER_RESELLER_DAY = env.int("INVITATIONS_PER_RESELLER_DAY", 1_000)
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "Reseller Console <no-reply@console.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Said at the start, by `check`, and at /healthz/ready; elsewhere no email is to leave.
MAIL_TROUBLES = troubles(MAIL_PROVIDER, DEFAULT_FROM_EMAIL) if PRODUCTION else []

# --- Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("et", "Eesti")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

# --- Files
STATIC_URL = "/static/"
# Collected for production only; elsewhere files are served from where they are written.
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A purchase authorization with twice the lines it may have still gets an answer of its own.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_100

# --- Browser protections
SECURE_CSP = CONTENT_SECURITY_POLICY
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
if SECURE:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz(/ready)?$"]
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [CONSOLE_ORIGIN]

# Which build this is: in every log line, and in the answer of `/healthz/ready`.
RELEASE = env.str("CONSOLE_RELEASE", "unknown")
LOGGING_CONFIG = "reseller_console.lib.logs.pipeline.configure"
LOGGING = logging_settings(
    level=env.str("LOG_LEVEL", "INFO"),
    format=env.str(
        "LOG_FORMAT", {"production": "json", "test": "logfmt"}.get(CONSOLE_ENV, "human")
    ),
    release=RELEASE,
)
# Addresses are unique in lower case (a constraint), which the check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
