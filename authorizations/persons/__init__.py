"""A person's data: where it is, a copy of it, and what keeps it from being erased."""
