"""Orders as pages show them: their words, a customer's, the organization's history, one alone."""
