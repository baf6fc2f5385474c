"""What must not reach the log: tokens in addresses of pages, which are as good as keys."""

import logging
import re

SECRETS = re.compile(
    r"(/(?:link|inbox/invitation|confirm|account/confirm-email|account/password/reset/key|unsubscribe)/)[^/\s?\"']+"
)


class NoTokens(logging.Filter):
    """Cuts the secret part out of every address that a line names."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        masked = SECRETS.sub(r"\1[token]", said)
        if masked != said:
            record.msg, record.args = masked, ()
        return True
