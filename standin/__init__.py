"""A small Shopify that the hub can be run, shown and tested against."""
