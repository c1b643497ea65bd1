"""The training lab: knobs, one button, and curves that grow while the model trains."""
