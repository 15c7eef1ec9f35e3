"""OCC Inventory Hub: one retail Shopify store sells the coffee of many roasters."""

__version__ = "0.1.0"
