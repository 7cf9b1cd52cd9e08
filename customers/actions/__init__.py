"""What can be done to a customer organization, one verb a module."""
