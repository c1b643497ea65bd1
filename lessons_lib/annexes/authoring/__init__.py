"""For authors: build and check notebooks and banks, train and ship the assets."""
