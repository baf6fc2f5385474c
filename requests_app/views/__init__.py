"""Doors for people: fetch through the rule, validate, act, redirect."""
