"""The steps, each a file that never changes once it is released."""
