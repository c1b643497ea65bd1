"""The queue view: requests arrive, wait, form batches and are answered."""
