"""The stage map: the pipeline with links to the notebooks."""
