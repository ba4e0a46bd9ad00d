"""When something happened: said by people, kept as exactly as it is known, told again. Pure."""
