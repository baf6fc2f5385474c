"""The project: settings, engines, routes. The product itself is in ``requests_app``."""
