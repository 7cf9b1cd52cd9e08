"""The details page of a customer: purchases, products and what happened."""
