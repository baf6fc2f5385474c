"""The demonstration's content: invented people and bodies, letters in our own words, dates around today."""
