"""The Admin API: one engine on the real schema, and a module of answers for each area of it."""
