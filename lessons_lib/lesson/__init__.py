"""What this lesson shows and asks, with the pipeline and the classroom."""
