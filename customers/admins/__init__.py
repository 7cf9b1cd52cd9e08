"""A customer's VIP admins: who they are, their links and emails, and what they may enter."""
