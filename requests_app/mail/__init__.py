"""The wire: bytes as received → what they say → where they belong; and what we send.

``addresses``, ``parse``, ``decoding`` and ``classify`` are pure: no Django, no database, no network.
"""
