"""What a learner touches: each widget has one job and gets its callables passed in."""
