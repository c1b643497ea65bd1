"""Explorations for the notebooks: what each computes when the learner changes a control."""
