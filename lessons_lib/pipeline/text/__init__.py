"""Turn texts into ids: labels, preprocessing, the vocabulary and the human-rated corpus."""
