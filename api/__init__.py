"""The same readings as JSON, described by OpenAPI. The face is `server()`, which `app.py` gives to Dash."""

from api.server import server

__all__ = ["server"]
