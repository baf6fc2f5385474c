"""Settings of the test suite: the product's own, on whatever real engines the environment names."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-only-for-tests")
os.environ.setdefault("MAIL_DOMAIN", "reply.foitracker.example")
os.environ.setdefault("OPERATOR_NAME", "Foitracker Demonstration Society")
os.environ.setdefault("OPERATOR_ADDRESS", "1 Sample Street, Exampleton EX1 1EX")
os.environ.setdefault("CONTACT_EMAIL", "team@foitracker.example")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("SITE_URL", "http://localhost:8000")

from foitracker.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TAKE_BACK_MINUTES = 0
RECEIPT_WAIT_HOURS = 0
# Requests of most tests are from 2011 and their letters from today; tests of this rule switch it on.
OLD_THREADS_CLOSE = False
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
