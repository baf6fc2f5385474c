"""Anymail's signals, each to one row."""
