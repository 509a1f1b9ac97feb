"""The endpoints: decode, call, encode."""
