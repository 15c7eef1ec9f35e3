"""The first page, and the Activity pages."""
