"""Letters nobody ever wrote: the corpus mutated, through the whole way in. ``python -m tests.fuzz`` runs many."""
