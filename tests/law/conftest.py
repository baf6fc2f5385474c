"""Properties are the same on every run, and a busy machine is no failure."""

import os

from hypothesis import settings

# Each of a thousand planted faults is tried against every property that touches it: a quarter of the examples does.
EXAMPLES = 25 if "MUTANT_UNDER_TEST" in os.environ else 100
settings.register_profile("law", deadline=None, derandomize=True, max_examples=EXAMPLES)
settings.load_profile("law")
