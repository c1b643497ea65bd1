# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# The listening desk gets its texts as people typed them: *DON'T MISS IT!!!*, a smiley, or a
# paragraph about the popcorn. A batch needs rows of equal length, so the desk has to turn every
# text into exactly ${max_tokens} numbers, and something will be lost along the way.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("tokens-of-dont-stop")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("fate-of-an-emoji")

# %% tags=["explore"]
from lessons_lib import show

show("preprocessing")

# %% [markdown] tags=["stage-map"]
# This notebook covers the second stage, in which each text becomes a short list of tokens, and the
# first step of the third, in which tokens become ids.

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="preprocessing")

# %% tags=["setup"]
from lessons_lib import load_checkpoint, load_corpus_or_demo, preprocess, show_outcome

vocabulary = load_checkpoint().vocabulary
archive = load_corpus_or_demo().archive()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# `preprocess` does three things, in this order. It converts the text to **lowercase**, **deletes**
# the punctuation, and **splits** what is left at whitespace. The resulting pieces are called
# **tokens**.

# %% tags=["code", "answers-guess"]
print(preprocess("I love sunny days"))
tokens = preprocess("Don't stop — it's GREAT!")
print(tokens)
show_outcome("tokens-of-dont-stop", len(tokens))

# %% [markdown] tags=["prose"]
# Whatever preprocessing removes never reaches the model: capitals and exclamation marks can't tell
# it that someone is shouting. Let's try a few other spellings.

# %% tags=["code"]
for text in ("Good!", "GOOD", "good...", "Well-made, isn’t it?", "?!"):
    print(f"{text!r:25} -> {preprocess(text)}")

# %% [markdown] tags=["prose"]
# All three spellings of *good* became the same token. The last text has no tokens at all, and the
# later stages must be able to handle that, too.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("03_preprocessing", "tokens")

# %% [markdown] tags=["prose"]
# A batch is stored in one array, so all of its rows must have the same length. They could all be as
# long as the longest text, but then one very long text would stretch every row. So `preprocess`
# keeps at most ${max_tokens} tokens of a text and drops the rest. What does that cost?

# %% tags=["code"]
lengths = [len(preprocess(text, max_tokens=1000)) for text in archive]
n_cut = sum(length > 20 for length in lengths)
n_lost = sum(max(length - 20, 0) for length in lengths)
print(f"the longest text has {max(lengths)} tokens")
print(f"{100 * n_cut / len(lengths):.0f} % of the texts are cut off")
print(f"{100 * n_lost / sum(lengths):.0f} % of all tokens are lost")

# %% [markdown] tags=["prose"]
# The limit cuts off the ends of long texts. (There are slightly fewer of these than in [notebook
# 02](02_raw_text.ipynb), because a dash between spaces counts as a word there but doesn't become a
# token.) In return, the size of a batch is known in advance: ${archive_texts} texts fill
# ${archive_texts} rows of ${max_tokens} slots, no matter what people wrote.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("03_preprocessing", "limit")

# %% [markdown] tags=["prose"]
# Preprocessing ends with tokens, and **feature extraction** begins with ids. A model computes with
# numbers, so each token is replaced by its **id**, its number in a **vocabulary** of
# ${vocabulary_words} words.

# %% tags=["code"]
print(vocabulary)
for word in ("love", "sunny", "days", "blorptastic"):
    print(f"{word:12} -> {vocabulary.id_of(word)}")

# %% [markdown] tags=["prose"]
# A word that isn't in the vocabulary gets id ${unk}, which stands for *unknown*, and known words
# have the ids after that. If a text has fewer than ${max_tokens} tokens, the remaining slots are
# filled with id ${pad}, called *padding*. So every text becomes exactly ${max_tokens} ids.
# Decoding turns them back into words.

# %% tags=["code", "answers-guess"]
ids = vocabulary.encode(preprocess("So good 😀"))
print(len(ids), "ids:", ids)
decoded = vocabulary.decode(ids)
print("decoded:", decoded)
show_outcome("fate-of-an-emoji", " ".join(decoded))

# %% [markdown] tags=["prose"]
# Every unknown word gets the same id, so the model can't tell one from another. How common are
# unknown words in the archive, and how much padding does it need?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("texts-with-an-unknown-word")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("share-of-padding-in-the-archive")

# %% [markdown] tags=["prose"]
# We encode the whole archive and count the rows in which the unknown id occurs.

# %% tags=["code", "answers-guess"]
rows = [vocabulary.encode(preprocess(text)) for text in archive]
n_unknown = sum(row.count(1) for row in rows)
n_tokens = sum(len(row) - row.count(0) for row in rows)
print(f"{100 * n_unknown / n_tokens:.1f} % of the tokens are unknown")
share = 100 * sum(1 in row for row in rows) / len(rows)
print(f"{share:.0f} % of the texts contain an unknown word")
show_outcome("texts-with-an-unknown-word", share)

# %% [markdown] tags=["prose"]
# Most unknown words are rare words and names; some were created when a deleted hyphen joined two
# words. Now we count the padding.

# %% tags=["code", "answers-guess"]
print(f"{len(rows):,} texts × {len(rows[0])} ids")
share = 100 * sum(row.count(0) for row in rows) / (len(rows) * len(rows[0]))
print(f"{share:.0f} % of the ids are padding")
show_outcome("share-of-padding-in-the-archive", share)

# %% [markdown] tags=["prose"]
# Padding is the price of rows of equal length. It takes up memory, and a model that processes
# every slot spends time on it.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("03_preprocessing", "ids")

# %% [markdown] tags=["try-it"]
# **Try it.** `max_tokens` sets the limit. <span class="lessons-in-notebook">Change it, or change
# the text.</span> With which limit would the complaint survive?
#
# ${run_above}

# %% tags=["try-it"]
text = "The actors were great, the music was lovely, but the sound broke down three times"
tokens = preprocess(text, max_tokens=8)
print(tokens)
print(vocabulary.encode(tokens))

# %% [markdown] tags=["check"]
# **Check yourself.** These questions are about tokens, ids, and the price of padding. If a question
# shows code, work out the answer on paper before you run anything.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("03_preprocessing")

# %% [markdown] tags=["key-insight"]
# > Preprocessing discards details on purpose and leaves at most ${max_tokens} tokens per text.
# > Feature extraction then begins by turning them into padded rows of ids.

# %% [markdown] tags=["next"]
# An id is just a position in a list: the ids of *great* and *good* say nothing about their
# meanings. So how does the model know that the two words are alike?
#
# ${next}
