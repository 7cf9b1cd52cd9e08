"""Order reports of distributors: from bytes to lines, and from lines to what they mean here."""
