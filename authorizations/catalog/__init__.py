"""The program's products, and which of them a customer can have."""
