"""The doors of the customers' pages."""
