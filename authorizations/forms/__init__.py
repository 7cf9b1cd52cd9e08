"""Forms of the purchases' dialogs, one noun a module."""
