"""Audio: samples into encoded bytes, and recordings into samples."""
