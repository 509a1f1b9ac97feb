"""Samples into the bytes that were asked for."""
