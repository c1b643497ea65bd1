"""From a text to ids: labels, preprocessing, the vocabulary and the human-rated corpus."""
