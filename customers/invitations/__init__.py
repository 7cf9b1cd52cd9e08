"""The invitation of a customer's contact: its status, and what is done when it did not arrive."""
