"""The lessons as static pages, which any web server can deliver."""
