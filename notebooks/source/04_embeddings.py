# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# Ids go in, and vectors come out. The vectors are the features of the text.

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
# **Before you run it:** four texts have become a block of four × ${max_tokens} ids. Each id is
# swapped for ${features} numbers. What shape comes out?

# %% [markdown] tags=["prose"]
# An **embedding table** holds one row of ${features} numbers for each word: its **vector**. To
# look a word up is to take its row. Nothing is computed.

# %% tags=["code"]
print(table)
print(table.vector("sunny")[:5].round(2), "and", table.shape[1] - 5, "more")

# %% [markdown] tags=["prose"]
# The lookup works on all ids at once. Follow the shapes: the numbers in front stay, and one
# more number is added at the end.

# %% tags=["code"]
ids = pipeline.encode(pipeline.preprocess(demo_texts()[:4]))
vectors = pipeline.lookup(ids)
print(ids.shape, "->", vectors.shape)

# %% [markdown] tags=["prose"]
# Words that act alike should have vectors that point the same way. How nearly they do is told
# by the **cosine**: one is the same direction, zero has nothing in common, and minus one is the
# opposite.

# %% tags=["code"]
for word in ("delicious", "awful", "monday"):
    near = ", ".join(f"{other} {cosine:.2f}" for other, cosine in table.nearest(word, k=5))
    print(f"{word}: {near}")

# %% [markdown] tags=["prose"]
# Where does the order come from? Most of a word's numbers come from a language model that has
# read many other texts. The last three tell how people rated words and whole texts. Then
# training moved them all a little.
#
# We cannot draw ${features} directions. So we draw the two in which a few words differ the
# most. Look for groups that keep together.

# %% tags=["code"]
groups = {
    "complaint": ["awful", "terrible", "broken", "rude", "sad"],
    "plain": ["table", "train", "monday", "street", "report"],
    "praise": ["great", "lovely", "excellent", "happy", "friendly"],
}
plot_word_map(table, groups)

# %% [markdown] tags=["prose"]
# Praise and complaint lie far apart, and most plain words keep away from both.
#
# A text needs *one* vector, so we take the mean of its words. Padding must not count. Its rows
# are zeros, so they add nothing to the sum, but they must not be counted either. The **mask**
# marks the real tokens. We divide by how many it marks.

# %% tags=["code"]
tokens = pipeline.preprocess(demo_texts()[:1])[0]
masked = vectors[0].sum(axis=0) / len(tokens)  # (20, 50) -> (50,)
unmasked = vectors[0].mean(axis=0)  # the padding counts: too small
print(len(tokens), "tokens; first number", masked[0].round(3), "or", unmasked[0].round(3))
print("too small by a factor of", (np.abs(masked).sum() / np.abs(unmasked).sum()).round(2))

# %% [markdown] tags=["prose"]
# Without the mask, a short text would look pale: a text of four words would be five times too
# small. The model uses the mask, and so do we.

# %% [markdown] tags=["try-it"]
# **Try it.** Ask for the neighbours of another word. What comes up for *cold*, for *money*, for
# your own name? A word that is not in the table gives an error that says so.
#
# ${run_above}

# %% tags=["try-it"]
for other, cosine in table.nearest("coffee", k=8):
    print(f"{other:15} {cosine:.2f}")

# %% [markdown] tags=["check"]
# **Check yourself.** Shapes, neighbours and the mask: see what has stuck. Your answers are kept
# on this machine, and come back when you do.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("04_embeddings")

# %% [markdown] tags=["key-insight"]
# > A lookup turns each id into a vector, so a batch of n texts becomes a block of n ×
# > ${max_tokens} × ${features} numbers.

# %% [markdown] tags=["next"]
# ${next}
