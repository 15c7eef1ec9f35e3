"""What the law asks: data requests and redaction."""
