"""PURE: what is in the files that came with letters: their words, pictures of their pages, and what they hide.

Every function takes bytes that somebody else made and may be hostile. Call them through a process of their own with
limits of time, memory and output; the limits in `bounds` keep the honest ones short.
"""
