"""What became of emails afterwards: the provider's reports, and suppressed addresses."""
