# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# Feature extraction began with ids, at the end of the previous notebook. Here, each id becomes a
# vector, and these vectors are the features that the model works with.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages(here="embedding")

# %% tags=["setup"]
import numpy as np

from lessons_lib import SentimentPipeline, demo_texts, plot_word_map

pipeline = SentimentPipeline.load()
table = pipeline.table

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you run it:** four texts have become a block of four × ${max_tokens} ids, and each id is
# about to be replaced with ${features} numbers. What will the shape of the result be?

# %% [markdown] tags=["prose"]
# An **embedding table** has one row of ${features} numbers for each word, called its **vector**.
# Looking up a word means reading its row; nothing is computed.

# %% tags=["code"]
print(table)
print(table.vector("sunny")[:5].round(2), "and", table.shape[1] - 5, "more")

# %% [markdown] tags=["prose"]
# A lookup handles all the ids at once. Compare the shapes before and after it, then look at a
# corner of the result: the first five features of the first two tokens of *"I love sunny days"*.

# %% tags=["code"]
ids = pipeline.encode(pipeline.preprocess(demo_texts()[:4]))
vectors = pipeline.lookup(ids)
print(ids.shape, "->", vectors.shape)
print(vectors[0, :2, :5].round(2))

# %% [markdown] tags=["prose"]
# The lookup keeps the shape of the ids and adds the features as a third dimension. The two rows
# belong to *i* and *love*. In the full block, each row has ${features} numbers, and each text has
# ${max_tokens} of these rows.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("04_embeddings", "lookup")

# %% [markdown] tags=["prose"]
# Words that are used in similar ways should have vectors that point in similar directions. The
# **cosine** measures how closely two directions match: one means that they are the same, zero that
# they have nothing in common, and minus one that they are opposite.

# %% tags=["code"]
for word in ("delicious", "awful", "monday"):
    near = ", ".join(f"{other} {cosine:.2f}" for other, cosine in table.nearest(word, k=5))
    print(f"{word}: {near}")

# %% [markdown] tags=["prose"]
# Why these words? Most of the numbers in a vector come from a language model that has read many
# other texts. The last three record how people rated the word and the texts that contain it.
# Training then adjusted all the numbers a little.
#
# We can't draw ${features} dimensions, so the next plot shows only the two directions in which a
# few chosen words differ the most. Look for groups of words that stay together.

# %% tags=["code"]
groups = {
    "complaint": ["awful", "terrible", "broken", "rude", "sad"],
    "plain": ["table", "train", "monday", "street", "report"],
    "praise": ["great", "lovely", "excellent", "happy", "friendly"],
}
plot_word_map(table, groups)

# %% [markdown] tags=["prose"]
# Praise and complaints are far apart, and most of the plain words keep their distance from both.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("04_embeddings", "neighbors")

# %% [markdown] tags=["prose"]
# The model needs *one* vector per text, so it takes the mean of the word vectors, and padding must
# not count. The padding rows are all zeros and don't change the sum, but a plain mean would still
# divide by all ${max_tokens} rows. A **mask** marks the real tokens, and we divide by their number
# instead.

# %% tags=["code"]
tokens = pipeline.preprocess(demo_texts()[:1])[0]
masked = vectors[0].sum(axis=0) / len(tokens)  # (20, 50) -> (50,)
unmasked = vectors[0].mean(axis=0)  # divides by 20: padding counts
print(len(tokens), "tokens; first number", masked[0].round(3), "or", unmasked[0].round(3))
print("too small by a factor of", (np.abs(masked).sum() / np.abs(unmasked).sum()).round(2))

# %% [markdown] tags=["prose"]
# Without the mask, shorter texts get smaller vectors. The model was trained with the mask, so every
# prediction must use it as well.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("04_embeddings", "mask")

# %% [markdown] tags=["try-it"]
# **Try it.** Look up the neighbors of another word. What comes up for *cold*, for *money*, or for
# your own name? If a word isn't in the table, the error message says so.
#
# ${run_above}

# %% tags=["try-it"]
for other, cosine in table.nearest("coffee", k=8):
    print(f"{other:15} {cosine:.2f}")

# %% [markdown] tags=["check"]
# **Check yourself.** These questions are about lookups, neighbors, and the mask.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("04_embeddings")

# %% [markdown] tags=["key-insight"]
# > A lookup replaces each id with a vector, so a batch of n texts becomes a block of n ×
# > ${max_tokens} × ${features} numbers.

# %% [markdown] tags=["next"]
# ${next}
