#!/usr/bin/env python
"""Run a command: ``manage.py help`` lists them."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foitracker.settings")
    from django.core.management import execute_from_command_line

    from foitracker import startup

    startup.require_for(sys.argv)
    execute_from_command_line(sys.argv)
