"""allauth's seams: its letters leave through our outbox, its pages use our names."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are people with a public name and no user name."""
