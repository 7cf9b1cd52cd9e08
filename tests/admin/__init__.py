"""The Django admin: who enters, that every page loads, and that it acts through the verbs."""
