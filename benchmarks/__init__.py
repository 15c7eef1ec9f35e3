"""Each headline number is a command here."""
