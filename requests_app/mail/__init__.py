"""The wire: bytes as received → what they say → where they belong; and what we send.

``addresses``, ``parse``, ``decoding`` and ``classify`` are pure: no Django, no database, no network. What ``classify``
asks lies beside it: ``bounces``, ``automation`` and ``recalls`` (by marks and by ``cues``, the letter's own words),
``portals``, ``references`` and ``spam``.
"""
