"""What is known of an organization: names, postal address, VIP ID."""
