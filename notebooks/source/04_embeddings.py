# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# To the listening desk's program, *great* and *good* are two ids, no more alike than *great* and
# *Tuesday*. It would have to learn about each word separately, unless something tells it which
# words resemble each other.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("nearest-to-cheap")

# %% [markdown] tags=["stage-map"]
# Here, each id becomes a list of numbers, and these are the features that the model works with.

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="embedding")

# %% tags=["setup"]
import numpy as np

from lessons_lib import SentimentPipeline, demo_texts, show_outcome
from lessons_lib.lesson.notebooks import embeddings

pipeline = SentimentPipeline.load()
table = pipeline.table

# %% [markdown] tags=["setup"]
# ${run_setup}

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

# %% tags=["code", "answers-guess"]
for word in ("delicious", "awful", "cheap"):
    near = ", ".join(f"{other} {cosine:.2f}" for other, cosine in table.nearest(word, k=5))
    print(f"{word}: {near}")
show_outcome("nearest-to-cheap", table.nearest("cheap", k=1)[0][0])

# %% [markdown] tags=["prose"]
# Now try words of your own.

# %% tags=["explore"]
from lessons_lib import show

show("neighbors")

# %% [markdown] tags=["prose"]
# The table can also find the **odd one out**: the word whose cosines with the others are lowest on
# average. Let's try it with three instruments and a word for food.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("odd-one-of-four")

# %% [markdown] tags=["prose"]
# The last three of a vector's ${features} numbers have a special origin, so the code below
# also prints how much of the vector's squared length they make up.

# %% tags=["code", "answers-guess"]
words = ["violin", "piano", "guitar", "delicious"]
for word in words:
    squares = table.vector(word) ** 2
    print(f"{word:10} last three numbers: {100 * squares[-3:].sum() / squares.sum():.0f} %")
odd = embeddings.odd_one_out(table, words)
print("odd one out:", odd)
show_outcome("odd-one-of-four", odd)

# %% [markdown] tags=["prose"]
# Most of the numbers in a vector come from a language model that has read many other texts. The
# last three come from people's ratings: one is the word's own rating in a list, and two were fitted
# to the ratings of whole texts, so they estimate how positive a text with that word is. Training
# then adjusted all the numbers a little. This table separates praise from complaints before
# anything else, because that's what the desk needs it for.

# %% tags=["explore"]
from lessons_lib import show

show("odd-one-out")

# %% [markdown] tags=["prose"]
# We can't draw ${features} dimensions, so the next plot shows only the two directions in which a
# few chosen words differ the most. Look for groups of words that stay together.

# %% tags=["code"]
groups = {
    "complaint": ["awful", "terrible", "broken", "rude", "sad"],
    "plain": ["table", "train", "monday", "street", "report"],
    "praise": ["great", "lovely", "excellent", "happy", "friendly"],
}
embeddings.plot_word_map(table, groups)

# %% [markdown] tags=["prose"]
# Praise and complaints are far apart, and most of the plain words keep their distance from both.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("04_embeddings", "neighbors")

# %% [markdown] tags=["prose"]
# The model needs *one* vector per text, so it takes the mean of the word vectors, and padding must
# not count. The padding rows are all zeros and don't change the sum, but a plain mean would still
# divide by all ${max_tokens} rows. A **mask** marks the real tokens, and we divide by their number
# instead. Does that matter?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("great-without-the-mask")

# %% [markdown] tags=["prose"]
# To turn the mask off, we replace the ids with ones. None of them is padding anymore, so the
# pipeline divides by ${max_tokens}.

# %% tags=["code", "answers-guess"]
ids = pipeline.encode(pipeline.preprocess(["Great"]))  # (1, 20)
vectors = pipeline.lookup(ids)  # (1, 20, 50)
masked = vectors[0].sum(axis=0) / np.count_nonzero(ids)  # (20, 50) -> (50,)
unmasked = vectors[0].mean(axis=0)  # divides by 20: padding counts
print("the first number of the mean:", masked[0].round(3), "and", unmasked[0].round(3))
without = pipeline.infer(vectors, np.ones_like(ids))[0]
print("probabilities:", pipeline.infer(vectors, ids)[0].round(2), "and", without.round(2))
show_outcome("great-without-the-mask", without[2])

# %% [markdown] tags=["prose"]
# Without the mask, the shorter a text is, the smaller its vector gets, and the closer its three
# probabilities move together. The model was trained with the mask, so every prediction must use it
# as well. How much would the mean of your own text shrink?

# %% tags=["explore"]
from lessons_lib import show

show("mean")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("04_embeddings", "mask")

# %% [markdown] tags=["try-it"]
# **Try it.** In code, `nearest` returns as many neighbors as you like.
# <span class="lessons-in-notebook">What does it find for *rain*, for *phone*, or for your own name?
# If a word isn't in the table, the error message says so.</span>
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
# Each text is now a block of numbers, and a few more numbers, called weights, turn it into a label.
# Nobody could choose them by hand. So where do the weights come from?
#
# ${next}
