"""The product's own settings, with test keys and a data folder that goes away afterwards.

TEST_DATABASE_URL and TEST_REDIS_URL choose a server; without them the tests run on SQLite and file broker.
DATABASE_URL and CELERY_BROKER_URL of the surrounding shell are never used: they may name a real system.
"""

import atexit
import os
import shutil
import tempfile

os.environ["CIVAFFAIRS_TESTING"] = "1"
for _real in ("DATABASE_URL", "CELERY_BROKER_URL", "DEBUG", "DEMO", "HTTPS", "ALLOWED_HOSTS"):
    os.environ.pop(_real, None)
for _test, _real in (("TEST_DATABASE_URL", "DATABASE_URL"), ("TEST_REDIS_URL", "CELERY_BROKER_URL")):
    if os.environ.get(_test):
        os.environ[_real] = os.environ[_test]

# Each process has its own folder, parallel workers included.
_folder = tempfile.mkdtemp(prefix="civaffairs-test-")
os.environ["CIVAFFAIRS_DATA"] = _folder
os.mkdir(os.path.join(_folder, "static"))  # whitenoise warns about a missing one
atexit.register(shutil.rmtree, _folder, ignore_errors=True)

# Playwright's synchronous interface runs an event loop in the thread of the test, where Django would refuse
# the database; the tests use it from that one thread only.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from civaffairs.settings import *  # noqa: E402

# A file, not the memory: the server of the browser tests and the worker beside it come in by connections of their
# own, as in life. One connection shared by all of them would mix their transactions up.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_folder, "test.sqlite3")}

# Nothing of a test outlives a power cut, so no commit waits for the disk.
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"

# argon2 takes 0.1 s on purpose; fifteen log-ins per test would take longer than the test.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The site serves no media, and Django's live server cannot do without an address for them.
MEDIA_URL = "/no-media-here/"
