"""Purchase authorizations and orders, verb by verb."""
