"""The questions in other systems' formats, and the questions of other systems in ours."""
