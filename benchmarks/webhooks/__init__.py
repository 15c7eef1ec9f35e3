"""How many webhooks a second are durably kept, against a handler that keeps none and one that commits each alone."""
