"""Forms of the customers' dialogs, one noun a module."""
