"""Voices: what their embeddings mean, and those that are built in."""
