"""The commands for instructors: `lessons class`, `lessons collect` and `lessons hub`."""
