# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# This notebook is about the second stage, where each text becomes a short list of tokens. At the
# end, we take the first step of the third stage and turn the tokens into ids.

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
# **Before you run it:** what does preprocessing turn *"Don't stop — it's GREAT!"* into? Write
# down the tokens you expect. How many are there?

# %% [markdown] tags=["prose"]
# `preprocess` does three things, in this order. It converts the text to **lowercase**, **deletes**
# the punctuation, and **splits** what is left at whitespace. The resulting pieces are called
# **tokens**.

# %% tags=["code"]
print(preprocess("Don't stop — it's GREAT!"))
print(preprocess("I love sunny days"))

# %% [markdown] tags=["prose"]
# Punctuation is deleted, not replaced with a space, so *don't* becomes the single token *dont* and
# the dash disappears entirely. Whatever preprocessing removes never reaches the model: capitals
# and exclamation marks can't tell it that someone is shouting. Let's try a few other spellings.

# %% tags=["code"]
for text in ("Good!", "GOOD", "good...", "Well-made, isn’t it?", "So good 😀", "?!"):
    print(f"{text!r:25} -> {preprocess(text)}")

# %% [markdown] tags=["prose"]
# All three spellings of *good* became the same token. The emoji stays because it isn't punctuation.
# The last text has no tokens at all, and the later stages must be able to handle that, too.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("03_preprocessing", "tokens")

# %% [markdown] tags=["prose"]
# A batch is stored in one array, so all of its rows must have the same length. Padding every row to
# the length of the longest text would also work, but one very long text would stretch every row. So
# `preprocess` keeps at most ${max_tokens} tokens of a text and drops the rest. In this histogram,
# the hollow bars are the texts that lose some of their tokens.

# %% tags=["code"]
lengths = [len(preprocess(text, max_tokens=1000)) for text in archive]
plot_lengths(lengths, limit=20, unit="tokens")

# %% [markdown] tags=["prose"]
# The limit cuts off the ends of long texts. In return, the size of a batch is known in advance:
# ${archive_texts} texts fill ${archive_texts} rows of ${max_tokens} slots, no matter what people
# wrote.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("03_preprocessing", "limit")

# %% [markdown] tags=["prose"]
# Preprocessing ends with tokens, and **feature extraction** begins with ids. In the map above,
# that's the border between the second and the third stage. A model computes with numbers, so each
# token is replaced by its **id**, a number that it has in a **vocabulary** of ${vocabulary_words}
# words.

# %% tags=["code"]
print(vocabulary)
for word in ("love", "sunny", "days", "blorptastic"):
    print(f"{word:12} -> {vocabulary.id_of(word)}")

# %% [markdown] tags=["prose"]
# A word that isn't in the vocabulary gets id ${unk}, which stands for *unknown*. If a text has
# fewer than ${max_tokens} tokens, the remaining slots are filled with id ${pad}, called
# *padding*. So every text becomes exactly ${max_tokens} ids.

# %% tags=["code"]
ids = vocabulary.encode(preprocess("I love blorptastic days"))
print(len(ids), "ids:", ids)
print("decoded:", vocabulary.decode(ids))

# %% [markdown] tags=["prose"]
# The made-up word didn't come back. Every unknown word gets the same id, so the model can't
# distinguish one from another. Now let's encode the whole archive. How much of it do you think is
# padding?

# %% tags=["code"]
rows = [vocabulary.encode(preprocess(text)) for text in archive]
n_padding = sum(row.count(0) for row in rows)
print(f"{len(rows):,} texts × {len(rows[0])} ids")
print(f"{100 * n_padding / (len(rows) * len(rows[0])):.0f} % of the ids are padding")

# %% [markdown] tags=["prose"]
# Padding is the price of rows of equal length. It takes up memory, and a model that processes
# every slot spends time on it.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("03_preprocessing", "ids")

# %% [markdown] tags=["try-it"]
# **Try it.** Change the text. Can you write one with more than twenty words, or one without any
# tokens? Which of your words are unknown?
#
# ${run_above}

# %% tags=["try-it"]
text = "The pancakes were fluffier than my grandmother's"
tokens = preprocess(text)
print(tokens)
print(vocabulary.decode(vocabulary.encode(tokens)))

# %% [markdown] tags=["check"]
# **Check yourself.** These questions are about tokens, ids, and the price of padding. Where a
# question shows code, work out the answer on paper before you run anything.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("03_preprocessing")

# %% [markdown] tags=["key-insight"]
# > Preprocessing discards details on purpose and leaves at most ${max_tokens} tokens per text.
# > Feature extraction then begins by turning them into padded rows of ids.

# %% [markdown] tags=["next"]
# ${next}
