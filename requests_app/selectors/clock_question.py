"""What is said while a question back is open: whose word it is that the time stops, and whether any time runs."""

from django.utils.translation import gettext_lazy

from ..law.clock import PAUSED_CLARIFICATION

# By the state of the clock: "claimed" where only the authority says so, "not received" where our staff took the only
# receipt back; "own" for the requester.
QUESTION = {
    PAUSED_CLARIFICATION: gettext_lazy(
        "%(authority)s has asked %(name)s to clarify. The time limit starts again when %(name)s replies."
    ),
    PAUSED_CLARIFICATION + ", own": gettext_lazy(
        "%(authority)s has asked you to clarify. The time limit starts again when you reply."
    ),
    PAUSED_CLARIFICATION + ", claimed": gettext_lazy(
        "%(authority)s says that it cannot find the information without more detail from %(name)s, and that the time "
        "limit starts again with the reply. That is its own word."
    ),
    PAUSED_CLARIFICATION + ", claimed, own": gettext_lazy(
        "%(authority)s says that it cannot find the information without more detail from you, and that the time limit "
        "starts again when you reply. That is its own word."
    ),
    PAUSED_CLARIFICATION + ", not received": gettext_lazy(
        "%(authority)s has asked %(name)s to clarify. It is not known when it received the request, so no time limit "
        "is counted now."
    ),
    PAUSED_CLARIFICATION + ", not received, own": gettext_lazy(
        "%(authority)s has asked you to clarify. It is not known when it received the request, so no time limit is "
        "counted now."
    ),
}
