"""What a change of program terms means for what exists: read before it is saved, or re-dated."""
