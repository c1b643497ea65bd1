"""The ten learning modes: what they are, how far a learner is, and which one to propose."""
