"""The decision table: one mode chosen for each task, checked against measurements."""
