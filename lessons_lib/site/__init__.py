"""The lessons as static web pages, without a server."""
