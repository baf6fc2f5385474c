"""All settings, read from the environment; the README's table says what each is for.

There is no default where a guess could lose mail or leak it: ``foitracker.startup`` stops the
start and says what to set. Embedded mode (``FOITRACKER_EMBEDDED=1``, set by ``make`` only) is the
demonstration on one machine: its own engines, its own secret, localhost only.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    return env(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


# --- Where it runs -------------------------------------------------------------------------
EMBEDDED = flag("FOITRACKER_EMBEDDED")
HOME = Path(env("FOITRACKER_HOME", ".local")).resolve()
PORT = int(env("PORT", "8000"))
LMTP_PORT = int(env("LMTP_PORT", "8024"))
LMTP_HOST = env("LMTP_HOST", "127.0.0.1")
DATABASE_URL = env("DATABASE_URL")
CELERY_BROKER_URL = env("CELERY_BROKER_URL")
SECRET_KEY = env("SECRET_KEY")
SITE_URL = env("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = [host for host in env("ALLOWED_HOSTS").split(",") if host]
DEBUG = flag("DEBUG")
if EMBEDDED:
    from foitracker import embedded

    if not (DATABASE_URL and CELERY_BROKER_URL):
        _urls = embedded.urls(HOME)
        DATABASE_URL = DATABASE_URL or _urls["DATABASE_URL"]
        CELERY_BROKER_URL = CELERY_BROKER_URL or _urls["CELERY_BROKER_URL"]
    SECRET_KEY = SECRET_KEY or embedded.secret(HOME)
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1"]
SECRET_KEY_LENGTH = len(SECRET_KEY)  # Django refuses to show an empty one, even to ask whether it is
HTTPS = SITE_URL.startswith("https://")

# --- Who runs it ---------------------------------------------------------------------------
SITE_NAME = env("SITE_NAME", "FOI Tracker")
OPERATOR_NAME = env("OPERATOR_NAME", "Foitracker Demonstration Society" if EMBEDDED else "")
OPERATOR_ADDRESS = env("OPERATOR_ADDRESS", "1 Sample Street, Exampleton EX1 1EX" if EMBEDDED else "")
CONTACT_EMAIL = env("CONTACT_EMAIL", "team@foitracker.example" if EMBEDDED else "")
REGULATOR_NAME = env("REGULATOR_NAME", "the Information Commissioner's Office")
REGULATOR_URL = env("REGULATOR_URL", "https://ico.org.uk/make-a-complaint/")
SCOTTISH_COMMISSIONER_NAME = env("SCOTTISH_COMMISSIONER_NAME", "the Scottish Information Commissioner")
SCOTTISH_COMMISSIONER_URL = env("SCOTTISH_COMMISSIONER_URL", "https://www.foi.scot/appeal")
# The government's list, as JSON over https, read once in four weeks; empty: never.
BANK_HOLIDAYS_URL = env("BANK_HOLIDAYS_URL")
TERMS_VERSION = "2026-11-23"

# --- Application ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "requests_app",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "anymail",
]
# The copy of an anonymous page is answered above sessions: one query, no cookie.
MIDDLEWARE = [
    "requests_app.middleware.FilesHost",
    "requests_app.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "requests_app.middleware.AnonymousCopies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "foitracker.urls"
WSGI_APPLICATION = "foitracker.wsgi.application"
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
                "requests_app.context.site",
                "requests_app.context.visitor",
            ],
        },
    }
]

# --- Database, sessions, cache -------------------------------------------------------------
DATABASES = {
    "default": (
        dj_database_url.parse(DATABASE_URL, conn_max_age=600)
        if DATABASE_URL
        else {"ENGINE": "django.db.backends.postgresql"}
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Rate limits live here, in PostgreSQL: Redis being away must not open or close a door.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}}

# --- Accounts ------------------------------------------------------------------------------
AUTH_USER_MODEL = "requests_app.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "requests_app.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
# Without a password people sign in by a code that is mailed to them.
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# As long as an unsent letter waits without an account.
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 7
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_FORMS = {
    "signup": "requests_app.forms.requester_account.SignupForm",
    "login": "requests_app.forms.requester_account.LoginForm",
    "request_login_code": "requests_app.forms.requester_account.RequestLoginCodeForm",
    "confirm_login_code": "requests_app.forms.requester_account.ConfirmLoginCodeForm",
    "reset_password": "requests_app.forms.requester_account.ResetPasswordForm",
    "reset_password_from_key": "requests_app.forms.requester_account.ResetPasswordKeyForm",
    "change_password": "requests_app.forms.requester_account.ChangePasswordForm",
    "set_password": "requests_app.forms.requester_account.SetPasswordForm",
    "change_email": "requests_app.forms.requester_account.ChangeEmailForm",
    "reauthenticate": "requests_app.forms.requester_account.ReauthenticateForm",
}
# How many proxies of ours stand in front: limits on signing up and in count the visitor, not the proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env("TRUSTED_PROXY_COUNT", "0"))
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/my/requests/"
LOGOUT_REDIRECT_URL = "/"

# --- Mail ----------------------------------------------------------------------------------
MAIL_DOMAIN = env("MAIL_DOMAIN", "reply.foitracker.example" if EMBEDDED else "")
MAIL_FROM_NAME = env("MAIL_FROM_NAME", SITE_NAME)
EMAIL_BACKEND = env("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env("EMAIL_HOST", "127.0.0.1" if EMBEDDED else "localhost")
EMAIL_PORT = int(env("EMAIL_PORT", "25"))
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = f"{MAIL_FROM_NAME} <no-reply@{MAIL_DOMAIN or 'localhost'}>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Anymail reads its providers' keys from settings named ANYMAIL_<PROVIDER>_…; they come from the environment.
ANYMAIL = {name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")}
# What `check --deploy` asks about MAIL_DOMAIN: the selector that the mail server signs with, and whom to ask.
DKIM_SELECTOR = env("DKIM_SELECTOR")
DNS_RESOLVER = env("DNS_RESOLVER")
# Whose word on SPF, DKIM and DMARC counts: the name that our own mail server signs Authentication-Results with, and how
# many Received headers at the top of a letter are ours. CHECK_DKIM: look at signatures here, asking DNS_RESOLVER.
TRUSTED_AUTHSERV_ID = env("TRUSTED_AUTHSERV_ID")
TRUSTED_AUTHSERV_HOPS = int(env("TRUSTED_AUTHSERV_HOPS", "1"))
CHECK_DKIM = flag("CHECK_DKIM")
# Threads on which nobody writes take letters of known senders only after 6 months, and none unseen after 24.
OLD_THREADS_CLOSE = flag("OLD_THREADS_CLOSE", True)
TAKE_BACK_MINUTES = int(env("TAKE_BACK_MINUTES", "0" if EMBEDDED else "10"))
# Hours in which a letter that our relay took may come back before it is presumed received on the day it left.
RECEIPT_WAIT_HOURS = int(env("RECEIPT_WAIT_HOURS", "0" if EMBEDDED else "24"))
# EMAIL_HOST hands each letter to the recipient's own mail server while we wait, so that its 250 is theirs.
EMAIL_DELIVERS_DIRECTLY = flag("EMAIL_DELIVERS_DIRECTLY")
MAX_LETTER_BYTES = int(env("MAX_LETTER_MIB", "50")) * 1024 * 1024
# A mailbox to fetch from, for those who have only that; empty host: none. IMAP_SECURITY: tls, starttls or none.
IMAP_HOST = env("IMAP_HOST")
IMAP_SECURITY = env("IMAP_SECURITY", "tls").lower()
IMAP_PORT = int(env("IMAP_PORT") or ("993" if IMAP_SECURITY == "tls" else "143"))
IMAP_USER = env("IMAP_USER")
IMAP_PASSWORD = env("IMAP_PASSWORD")
IMAP_FOLDER = env("IMAP_FOLDER", "INBOX")
IMAP_DONE_FOLDER = env("IMAP_DONE_FOLDER")

# --- Limits, per person and day ------------------------------------------------------------
# The spam filter whose word counts: its header, the score from which a letter is spam, and the name that the server
# which runs it signs with. Without all three no letter is held for its score.
SPAM_HEADER = env("SPAM_HEADER")
SPAM_SCORE = float(env("SPAM_SCORE", "0"))
SPAM_FILTER_HOST = env("SPAM_FILTER_HOST")
REQUESTS_PER_DAY = int(env("REQUESTS_PER_DAY", "6"))
ANNOTATIONS_PER_DAY = int(env("ANNOTATIONS_PER_DAY", "6"))
FOLLOW_UPS_PER_DAY = int(env("FOLLOW_UPS_PER_DAY", "20"))
REPORTS_PER_DAY = int(env("REPORTS_PER_DAY", "10"))
FOLLOWS_PER_DAY = int(env("FOLLOWS_PER_DAY", "100"))

# --- Workers -------------------------------------------------------------------------------
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
# Of each worker process; a letter of 40 MB takes about 450. 0: no limit.
WORKER_MEMORY_MIB = int(env("WORKER_MEMORY_MIB", "600"))
CELERY_WORKER_CONCURRENCY = int(env("WORKER_CONCURRENCY", "2"))
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long the broker is away, a worker comes back by itself, at most half a minute after it.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 0.3,
    "socket_timeout": 5,
    # Seconds without a word on a connection before it counts as dead, as behind a firewall that forgot it.
    "health_check_interval": 5,
    "max_retries": 0,
}
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE = {
    "send waiting mail": {"task": "requests_app.send_waiting_mail", "schedule": 5.0},
    "place waiting mail": {"task": "requests_app.place_waiting_mail", "schedule": 5.0},
    "check files": {"task": "requests_app.check_waiting_files", "schedule": 5.0},
    "receipts": {"task": "requests_app.presume_receipts", "schedule": 60.0},
    "reminders": {"task": "requests_app.send_due_reminders", "schedule": 60.0},
    "beat": {"task": "requests_app.beat_was_here", "schedule": 60.0},
    "digests": {"task": "requests_app.send_digests", "schedule": 15.0},
    "count anew": {"task": "requests_app.recount_open", "schedule": 60.0},
    "redactions": {"task": "requests_app.carry_redactions_through", "schedule": 60.0},
    "bank holidays": {"task": "requests_app.look_after_bank_holidays", "schedule": 6 * 3600.0},
    "tidy": {"task": "requests_app.tidy", "schedule": 3600.0},
}
if IMAP_HOST:
    CELERY_BEAT_SCHEDULE["fetch mail"] = {"task": "requests_app.fetch_mail", "schedule": 60.0}

# --- Language and time ---------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"
LOCALE_PATHS = [BASE_DIR / "requests_app" / "locale"]

# --- Files ---------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env("STATIC_ROOT") or (HOME / "static" if EMBEDDED else BASE_DIR / "staticfiles"))
FILES_DIR = Path(env("FILES_DIR") or HOME / "files")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_DIR}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if env("FILES_S3_BUCKET"):
    # Private: every file goes out through the site's own rule. Keys come from where boto3 looks for them.
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env("FILES_S3_BUCKET"),
            "endpoint_url": env("FILES_S3_ENDPOINT") or None,
            "region_name": env("FILES_S3_REGION") or None,
            "default_acl": None,
        },
    }
# A host that serves files and nothing else; empty: they are served beside the pages.
FILES_URL = env("FILES_URL").rstrip("/")
FILES_HOST = urlsplit(FILES_URL).netloc
if FILES_HOST and ALLOWED_HOSTS:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, urlsplit(FILES_URL).hostname]
# A ClamAV daemon, unix:/path or tcp://host:port: without its word no file becomes public. Empty: nobody scans.
CLAMD = env("CLAMD")
# So many rows of a table that look like rows about people are published without a person's look.
PERSONAL_ROWS_HELD = int(env("PERSONAL_ROWS_HELD", "20"))
# Pages of a PDF of which a picture is kept beside its words.
FILE_PAGES_DRAWN = int(env("FILE_PAGES_DRAWN", "20"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Above what a form accepts, so that too many files get an answer in words and not a bare 400.
DATA_UPLOAD_MAX_NUMBER_FILES = 200

# --- Security ------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 30 * 24 * 3600
CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL] if urlsplit(SITE_URL).scheme else []
SECURE_SSL_REDIRECT = HTTPS and flag("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
if env("SECURE_PROXY_SSL_HEADER"):
    SECURE_PROXY_SSL_HEADER = (env("SECURE_PROXY_SSL_HEADER"), "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)

# --- Log: no addresses, no tokens, no letters ------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"no_tokens": {"()": "foitracker.logs.NoTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_tokens"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}},
}
