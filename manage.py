#!/usr/bin/env python
"""Run a command: ``manage.py help`` lists them."""

import os
import sys
import traceback


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "foitracker.settings")
    from django.core.management import execute_from_command_line

    from foitracker import startup

    startup.require_for(sys.argv)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except Exception:
        if sys.argv[1:2] != ["receive_mail"]:
            raise
        # Whatever is wrong here, the mail server shall keep the letter (EX_TEMPFAIL) and not return it.
        traceback.print_exc()
        sys.exit(75)
