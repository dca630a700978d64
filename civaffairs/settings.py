"""All settings, read from the environment; the defaults run on one machine without any server.

Production sets DATABASE_URL, CELERY_BROKER_URL and the keys (docs/how/deploy.md); the code path is the same.
"""

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DATA_DIR = Path(env("CIVAFFAIRS_DATA", default=str(BASE_DIR / "var"))).resolve()
# For the owner alone: scans, exports and the embedded database hold people's data. A folder that is there already
# keeps the rights that its administrator gave it.
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

# --- what kind of house this is -------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# In the demo the calendar stands still until somebody moves it, and the pages say that all people are invented.
DEMO = env.bool("DEMO", default=False)
# One password for all demo accounts; the log-in page shows it. Never used outside a demo.
DEMO_PASSWORD = env("DEMO_PASSWORD", default="Yunling-2026")
TESTING = env.bool("CIVAFFAIRS_TESTING", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- keys: no default outside development, because a guessed key protects nothing ---------------------
_UNSAFE_KEY = "django-insecure-for-development-and-tests-only"
_UNSAFE_BYTES = "ZGV2ZWxvcG1lbnQtYW5kLXRlc3RzLW9ubHktMzJieXQ="
_keys_optional = DEBUG or TESTING
SECRET_KEY = env("SECRET_KEY", default=_UNSAFE_KEY) if _keys_optional else env("SECRET_KEY")
FIELD_KEYS = env("FIELD_KEYS", default=f"dev:{_UNSAFE_BYTES}") if _keys_optional else env("FIELD_KEYS")
FIELD_ACTIVE_KEY = env("FIELD_ACTIVE_KEY", default=FIELD_KEYS.split(",")[-1].split(":")[0])
FIELD_CIPHER = env("FIELD_CIPHER", default="aes-gcm")
INDEX_KEY = env("INDEX_KEY", default=_UNSAFE_BYTES) if _keys_optional else env("INDEX_KEY")
AUDIT_KEY = env("AUDIT_KEY", default=_UNSAFE_BYTES) if _keys_optional else env("AUDIT_KEY")
SEAL_KEY = env("SEAL_KEY", default=_UNSAFE_BYTES) if _keys_optional else env("SEAL_KEY")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_htmx",
    "civaffairs.registry",
    "civaffairs.jobs",
    "civaffairs.shell",
    "civaffairs.house",
    "assistance",
    "eldercare",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "civaffairs.registry.middleware.IdleTimeoutMiddleware",
    "civaffairs.registry.middleware.PostingMiddleware",
    "civaffairs.registry.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "civaffairs.urls"
WSGI_APPLICATION = "civaffairs.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ]
            if not DEBUG
            else [
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "civaffairs.shell.context.shell",
            ],
            "builtins": ["civaffairs.shell.templatetags.shell"],
        },
    }
]
FORM_RENDERER = "civaffairs.shell.forms.Renderer"

# --- database -----------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR}/civaffairs.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock when the transaction begins. With the default (DEFERRED) two writers that
    # both read first fail at once with "database is locked", whatever the timeout.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-65536;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people who log in ---------------------------------------------------------------------------
AUTH_USER_MODEL = "registry.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_MIN_LENGTH = env.int("PASSWORD_MIN_LENGTH", default=8)
PASSWORD_MAX_DAYS = env.int("PASSWORD_MAX_DAYS", default=90)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "civaffairs.registry.passwords.ThreeKindsValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", default=5)
AXES_COOLOFF_TIME = env.float("LOGIN_LOCK_MINUTES", default=20) / 60  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_IPWARE_PROXY_COUNT = env.int("PROXY_COUNT", default=0)
# Without it axes sees the proxy's address and locks a user name for everybody behind the proxy.
AXES_CLIENT_IP_CALLABLE = "civaffairs.registry.middleware.client_address"
AXES_USERNAME_CALLABLE = "civaffairs.registry.passwords.attempted_name"
AXES_ENABLE_ADMIN = False
AXES_ENABLED = env.bool("AXES_ENABLED", default=not TESTING)

# Idle time-out in minutes: an unattended screen in a service hall must not stay open.
IDLE_MINUTES = env.int("IDLE_MINUTES", default=30)
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # htmx reads the token from the page, not from the cookie
CSRF_FAILURE_VIEW = "civaffairs.shell.views.csrf_failure"
# On an intranet without TLS the cookie would never come back; production sets HTTPS=1.
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y%m%d"]

# --- files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files"), "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        # Compressing takes ten seconds; over the loopback of a demo it gains nothing.
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_URL: str | None = None
ATTACHMENT_MAX_MB = env.int("ATTACHMENT_MAX_MB", default=20)
# A bank's answer to a run of a million lines is no scan: it may be as long as that.
BANK_RETURN_MAX_MB = env.int("BANK_RETURN_MAX_MB", default=150)
# Addresses, by their names, whose uploads have a limit of their own.
UPLOAD_MAX_MB = {"return_load": BANK_RETURN_MAX_MB}
FILE_UPLOAD_HANDLERS = [
    "civaffairs.registry.uploads.SizeLimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Parts above this go to a temporary file instead of the memory.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- background work -----------------------------------------------------------------------------
_broker_dir = DATA_DIR / "broker"
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default="filesystem://")
if CELERY_BROKER_URL.startswith("filesystem"):
    for _name in ("messages", "control"):
        (_broker_dir / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker_dir / "messages"),
        "data_folder_out": str(_broker_dir / "messages"),
        "control_folder": str(_broker_dir / "control"),
        # The default of one second makes every button feel slow.
        "polling_interval": 0.2,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_EAGER", default=False)
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "pick-up-lost-jobs": {"task": "civaffairs.jobs.tasks.requeue_lost_jobs", "schedule": 15.0},
    "drop-old-results": {"task": "civaffairs.jobs.tasks.drop_old_results", "schedule": 3600.0},
    "recount-deadlines": {"task": "assistance.tasks.recount_deadlines", "schedule": 3600.0},
    # Hourly, so that a list follows on the day on which the one before it is finished.
    "prepare-due-runs": {"task": "assistance.tasks.prepare_due_runs", "schedule": 3600.0},
    # Once a day is enough; running it again adds nothing.
    "find-date-events": {"task": "assistance.tasks.find_date_events", "schedule": 24 * 3600.0},
}
# A job whose worker has not been heard of for so long is taken over by another one.
JOB_STALE_SECONDS = env.int("JOB_STALE_SECONDS", default=60)
# Lists and rosters lie about no longer than this; whoever needs one again makes it anew.
JOB_RESULT_DAYS = env.int("JOB_RESULT_DAYS", default=7)
JOB_MAX_ATTEMPTS = env.int("JOB_MAX_ATTEMPTS", default=3)

# PDF needs system libraries that a machine may lack; everything else works without them.
PDF_ENABLED = env("CIVAFFAIRS_PDF", default="on") != "off"

# How many things wait under a menu entry: function(posting, on) → int (shell/menu.py names the keys).
MENU_COUNTS = {
    "todo": "assistance.selectors.cases.todo_count",
    "accounts": "assistance.selectors.people.accounts_waiting",
    "returned": "assistance.selectors.payment.returned_count",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
    },
}
