"""The demonstration: two resellers whose customers show every state and edge there is."""
