"""A class that counts: graded quizzes and live questions, kept by a service of the hub."""
