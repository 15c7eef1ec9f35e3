"""The demonstration: stand-in and app side by side, and the whole story played through both over HTTP."""
