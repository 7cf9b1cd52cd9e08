"""What can be done to purchase authorizations and orders, one verb a module."""
