"""Turn texts into predictions: the pipelines and one predictor per mode."""
