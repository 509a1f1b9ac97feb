"""The first and second generation of the library, mapped onto the core."""
