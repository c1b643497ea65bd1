"""The YAML files of a course: read strictly, every fault with its place."""
