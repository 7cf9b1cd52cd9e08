"""The list of customers: what its address asks for, its rows, its pages and its file."""
