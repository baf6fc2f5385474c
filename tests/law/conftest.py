"""Properties are the same on every run, and a busy machine is no failure."""

from hypothesis import settings

settings.register_profile("law", deadline=None, derandomize=True)
settings.load_profile("law")
