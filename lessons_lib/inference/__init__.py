"""From texts to predictions: the pipeline and one object per mode."""
