"""The commands `lessons export` and `lessons import`."""
