"""Domain verbs: the only writers of more than one row. Ids in, lock first, one transaction."""
