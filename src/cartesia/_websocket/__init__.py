"""Speech over one WebSocket: its connection, its contexts, and what each of them sends and gets."""
