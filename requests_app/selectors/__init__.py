"""Page-shaped reads: several querysets to one frozen dataclass, a fixed number of queries each."""
