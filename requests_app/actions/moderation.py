"""Everything staff decide, in one place to import from; each part has its own file."""

from .cases import close_case, close_cases_about, decide, open_case, take_case, thing_type_of

__all__ = ["close_case", "close_cases_about", "decide", "open_case", "take_case", "thing_type_of"]
