# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# Texts go in, and short lists of tokens come out.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages(here="preprocessing")

# %% tags=["setup"]
from lessons_lib import load_checkpoint, load_corpus_or_demo, plot_lengths, preprocess

vocabulary = load_checkpoint().vocabulary
archive = load_corpus_or_demo().archive()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you run it:** what becomes of *"Don't stop — it's GREAT!"*? Write down the tokens
# that you expect. How many are there?

# %% [markdown] tags=["prose"]
# `preprocess` does three things, in this order. It makes all letters **lowercase**. It
# **deletes** punctuation. It **splits** the rest at white space. The pieces are called
# **tokens**.

# %% tags=["code"]
print(preprocess("Don't stop — it's GREAT!"))
print(preprocess("I love sunny days"))

# %% [markdown] tags=["prose"]
# Punctuation is deleted, not replaced by a space. So *don't* is the one token *dont*. The lone
# dash is gone: four tokens are left. What the model never sees, it cannot use. Shouting and
# exclamation marks are lost here.

# %% tags=["code"]
for text in ("Good!", "GOOD", "good...", "Well-made, isn’t it?", "So good 😀", "?!"):
    print(f"{text!r:25} -> {preprocess(text)}")

# %% [markdown] tags=["prose"]
# Three spellings of *good* became the same token. The emoji stays, as it is no punctuation. The
# last text has no tokens at all, and that must not break anything.
#
# A batch needs rows of one length. So at most ${max_tokens} tokens are kept, and the rest is
# cut off. The hollow bars show which texts lose some.

# %% tags=["code"]
lengths = [len(preprocess(text, max_tokens=1000)) for text in archive]
plot_lengths(lengths, limit=20, unit="tokens")

# %% [markdown] tags=["prose"]
# The limit costs the ends of the long texts. It buys rows of one known size: a batch of
# ${archive_texts} texts now has the shape ${archive_texts} × ${max_tokens}, whatever people
# typed.
#
# The model works with numbers, so each token becomes an **id**: its place in a **vocabulary**
# of ${vocabulary_words} words.

# %% tags=["code"]
print(vocabulary)
for word in ("love", "sunny", "days", "blorptastic"):
    print(f"{word:12} -> {vocabulary.id_of(word)}")

# %% [markdown] tags=["prose"]
# A word that the vocabulary does not hold gets the id ${unk}, *unknown*. A text with fewer than
# ${max_tokens} tokens is filled up with the id ${pad}, *padding*. So each text becomes just
# ${max_tokens} ids.

# %% tags=["code"]
ids = vocabulary.encode(preprocess("I love blorptastic days"))
print(len(ids), "ids:", ids)
print("back again:", vocabulary.decode(ids))

# %% [markdown] tags=["prose"]
# The made-up word did not come back. It is unknown now, like every other unknown word. Now the
# same for many texts: a list of lists, all of the same length.

# %% tags=["code"]
rows = [vocabulary.encode(preprocess(text)) for text in archive]
print(len(rows), "texts ×", {len(row) for row in rows}, "tokens")

# %% [markdown] tags=["try-it"]
# **Try it.** Change the text. Can you write one with more than twenty words? With none? Look at
# which words are unknown.
#
# ${run_above}

# %% tags=["try-it"]
text = "The pancakes were fluffier than my grandmother's"
tokens = preprocess(text)
print(tokens)
print(vocabulary.decode(vocabulary.encode(tokens)))

# %% [markdown] tags=["check"]
# **Check yourself.** Can you do by hand what the code did? Pen and paper are welcome. Your
# answers are kept on this machine, and come back when you do.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("03_preprocessing")

# %% [markdown] tags=["key-insight"]
# > Preprocessing throws things away on purpose, so that any text becomes a row of the same
# > size.

# %% [markdown] tags=["next"]
# ${next}
