"""Figures for the lessons, in one style."""
