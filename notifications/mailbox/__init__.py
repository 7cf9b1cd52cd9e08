"""The mailbox pages: every email as its recipient would see it."""
