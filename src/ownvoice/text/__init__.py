"""Text before it is spoken: languages, words."""
