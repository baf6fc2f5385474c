"""The product's own settings, with the two views that a measurement needs beside its routes."""

from foitracker.settings import *  # noqa: F403

ROOT_URLCONF = "requests_app.benchmarks.urls"
