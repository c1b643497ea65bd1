"""The ten learning modes: their table, a learner's progress, and which mode to propose."""
