"""What an error in sending means: try again, never again, or a fault of ours."""

import re
import smtplib
from enum import Enum

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused

# An answer of the server to this letter's content or addresses may be final; one to our sign-in is not.
_SIGN_IN_CODES = {530, 534, 535, 538}
_ADDRESS = re.compile(r"[^\s<>()\"']+@[^\s<>()\"']+")


class Verdict(Enum):
    TRANSIENT = "the server will take it later"
    PERMANENT = "the server will never take it"
    SERVER_AWAY = "no server was reached"
    OURS = "the letter could not be made or handed over"


def judge(error: Exception) -> Verdict:
    """RFC 5321 4.2.1: replies of 500 and more to the letter itself are final, those of 400 are not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _said in error.recipients.values()]
        return Verdict.PERMANENT if codes and all(code >= 500 for code in codes) else Verdict.TRANSIENT
    if isinstance(error, (smtplib.SMTPSenderRefused, smtplib.SMTPDataError)):
        final = error.smtp_code >= 500 and error.smtp_code not in _SIGN_IN_CODES
        return Verdict.PERMANENT if final else Verdict.TRANSIENT
    if isinstance(error, (smtplib.SMTPConnectError, smtplib.SMTPHeloError, smtplib.SMTPAuthenticationError)):
        return Verdict.SERVER_AWAY
    if isinstance(error, smtplib.SMTPException):
        return Verdict.TRANSIENT
    if isinstance(error, AnymailError):
        return _judge_provider(error)
    if isinstance(error, (ConnectionError, TimeoutError)) or _is_network(error):
        return Verdict.SERVER_AWAY
    return Verdict.OURS


def _judge_provider(error: AnymailError) -> Verdict:
    if isinstance(error, (AnymailRecipientsRefused, AnymailInvalidAddress)):
        return Verdict.PERMANENT
    if isinstance(error, AnymailAPIError):
        return Verdict.PERMANENT if error.status_code in (400, 413, 422) else Verdict.SERVER_AWAY
    return Verdict.OURS


def _is_network(error: Exception) -> bool:
    """socket.gaierror and its like; a missing file is an OSError too, and is ours."""
    return isinstance(error, OSError) and not isinstance(error, (FileNotFoundError, PermissionError, IsADirectoryError))


def words_of(error: Exception) -> str:
    """The error for staff, without anybody's address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{code} {text.decode('utf-8', 'replace')}" for code, text in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        said = f"{error.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    else:
        said = f"{type(error).__name__}: {error}"
    return _ADDRESS.sub("[address]", said)[:500]
