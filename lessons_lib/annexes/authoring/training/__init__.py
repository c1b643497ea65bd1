"""Train the assets that the package ships."""
