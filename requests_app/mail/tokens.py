"""The token in each kind of our addresses for one request.

Only the request address carries the stored token. The others are derived from it one way, so that
somebody who gets a notice or a letter about a request cannot work out where answers are published.
"""

import base64
import hmac

from ..models import FOIRequest
from .addresses import Kind, make


def token_of(foi_request: FOIRequest, kind: Kind | str) -> str:
    """Sixteen letters and digits: the stored token for a request address, else one derived from it."""
    if Kind(kind) is Kind.REQUEST:
        return foi_request.reply_token
    digest = hmac.digest(foi_request.reply_token.encode(), str(Kind(kind)).encode(), "sha256")
    return base64.b32encode(digest).decode().lower()[:16]


def address_of(foi_request: FOIRequest, kind: Kind | str, domain: str) -> str:
    """Our address of this kind for this request."""
    return make(kind, foi_request.pk, token_of(foi_request, kind), domain)
