"""The wire: bytes as received → what they say → where they belong; and what we send.

``addresses``, ``parse``, ``decoding`` and ``classify`` are pure: no Django, no database, no network. ``parse`` reads
``parts`` (by ``parameters``, ``transfer``, ``charsets`` and ``octets``), asks ``body`` which of them are words
(``html_text``, ``flowed``, ``uuencoded``, ``signed``, ``invitations``), and has ``opened`` open the files that are
letters (``outlook``, in a process of its own). What ``classify`` asks lies beside it: ``bounces``, ``automation`` and
``recalls`` (by marks and by ``cues``, the letter's own words), ``portals``, ``references`` and ``spam``.
"""
