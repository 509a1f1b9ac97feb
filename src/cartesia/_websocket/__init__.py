"""Speech over one WebSocket: its connection, its contexts, and what each of them sends and receives.

Decisions are made once, in the coroutines of `base_connection` and `base_context`. The asynchronous face awaits them.
The blocking one steps them with `run_now`: where they wait, its own methods block and never suspend.
"""
