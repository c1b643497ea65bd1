"""The course plan and the ways to practise."""
