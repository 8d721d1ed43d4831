"""Records become one self-contained HTML page; nothing is measured here."""
