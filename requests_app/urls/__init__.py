"""Each audience's routes in a file of its own."""
