"""Who may use the server, and how much: keys, access tokens, limits. Only `gate` knows the web."""
