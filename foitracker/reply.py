"""Play the authority: answer a caught letter by mail, over LMTP, as a mail server would.

python -m foitracker.reply                        answers the newest letter that can be answered
python -m foitracker.reply 000012 --text "Here it is." --attach figures.pdf
python -m foitracker.reply 000012 --from somebody.else@council.example
"""

import argparse
import email
import email.policy
import email.utils
import mimetypes
import os
import smtplib
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from foitracker import mailbox
from foitracker.embedded import home_folder
from foitracker.processes import fail

REQUEST_ADDRESS = "<foi+request-"  # how the sender of a letter to an authority begins
TEXT = "Thank you for your request. We hold the information; here it is.\n\nInformation team\n"


def answer(
    original: EmailMessage, *, sender: str, text: str, attach: list[Path], at: datetime | None = None
) -> EmailMessage:
    """A reply to ``original`` with its text quoted below, as mail programs write it."""
    reply = EmailMessage(policy=email.policy.SMTP)
    reply["From"] = sender
    reply["To"] = original["Reply-To"] or original["From"]
    subject = original["Subject"] or ""
    reply["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    reply["Date"] = email.utils.format_datetime(at or datetime.now(UTC))
    reply["Message-ID"] = email.utils.make_msgid(domain=sender.rpartition("@")[2].strip("<> ") or "localhost")
    if original["Message-ID"]:
        reply["In-Reply-To"] = reply["References"] = str(original["Message-ID"])
    body = original.get_body(preferencelist=("plain",))
    quoted = "".join(f"> {line}\n" for line in (body.get_content() if body else "").splitlines())
    reply.set_content(f"{text.rstrip()}\n\nOn {original['Date']}, {original['From']} wrote:\n{quoted}")
    for path in attach:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        reply.add_attachment(path.read_bytes(), maintype=main, subtype=sub, filename=path.name)
    return reply


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m foitracker.reply", description=__doc__.split("\n")[0])
    parser.add_argument("letter", nargs="?", help="number of the caught letter; without it, the newest request")
    parser.add_argument("--from", dest="sender", help="answer from this address, not from the one written to")
    parser.add_argument("--text", default=TEXT, help="what the answer says")
    parser.add_argument("--attach", type=Path, action="append", default=[], metavar="FILE")
    given = parser.parse_args()

    home = home_folder()
    letters = mailbox.messages(home, limit=5000)
    chosen = [
        letter
        for letter in letters
        if (letter.id == given.letter.zfill(6) if given.letter else REQUEST_ADDRESS in letter.sender)
    ]
    if not chosen:
        return fail(f"no such letter in {mailbox.folder(home)}: make a request first, then look at /dev/mail/.")
    original = email.message_from_bytes(mailbox.read(home, chosen[0].id), policy=email.policy.default)
    if missing := [str(path) for path in given.attach if not path.is_file()]:
        return fail(f"there is no file {missing[0]}: name one that exists after --attach.")
    reply = answer(original, sender=given.sender or chosen[0].rcpt_to[0], text=given.text, attach=given.attach)
    recipient = email.utils.parseaddr(str(reply["To"]))[1]
    port = int(os.environ.get("LMTP_PORT", "8024"))
    try:
        with smtplib.LMTP("127.0.0.1", port, timeout=30) as door:
            door.send_message(reply, to_addrs=[recipient])
    except (OSError, smtplib.SMTPException) as error:
        return fail(f"the mail door on port {port} did not take it: {error}")
    print(f"Answered letter {chosen[0].id} ({chosen[0].subject}): from {reply['From']} to {recipient}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
