"""What can be done to colleagues' accounts, one verb a module."""
