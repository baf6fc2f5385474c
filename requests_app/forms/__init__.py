"""Shape of input: validate, never save."""
