"""For instructors: graded and live quizzes, a class's results, and JupyterHub (the extra `hub`)."""
