# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# A listening desk follows what people say about films and products. Every night, it has an
# **archive** of ${archive_texts} reviews, posts, and newspaper sentences to label. What's in that
# pile, and who decides which texts are positive?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("words-cut-off")

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="text")

# %% tags=["setup"]
from lessons_lib import Label, demo_texts, load_corpus_or_demo, show_outcome
from lessons_lib.lesson.notebooks import raw_text

# %% tags=["setup"]
corpus = load_corpus_or_demo()
archive = corpus.archive()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# A **raw text** is what someone typed, including capitals, commas, and emoji. Here are four of our
# demo texts, each with its number of words.

# %% tags=["code"]
for text in demo_texts()[2:6]:
    print(len(text.split()), "words:", text)

# %% [markdown] tags=["prose"]
# An archive is a pile of such texts that is complete before a run starts, so it's what batch
# inference works on. Its texts still differ in length, so we write its shape as *number of texts ×
# variable length*. The histogram shows how many texts have one word, two words, and so on; the
# hollow bars are the texts with more than twenty.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
lengths = [len(text.split()) for text in archive]
print(f"{len(archive):,} texts × variable length")
raw_text.plot_lengths(lengths, limit=20)
cut_off = sum(length - 20 for length in lengths if length > 20)
show_outcome("words-cut-off", 100 * cut_off / sum(lengths))

# %% [markdown] tags=["prose"]
# The next stage cuts off whatever comes after the twentieth word, so the model never sees how long
# texts end.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("02_raw_text", "lengths")

# %% [markdown] tags=["prose"]
# The model learns from texts that already have a label. Where do those labels come from? Several
# people read each text and rated it from −${highest_rating} to ${highest_rating}, and the mean of
# their ratings decides. Would you agree with them? The texts below are real ones from our
# **corpus**, the collection of texts that people rated. They appear only while you run the notebook
# and are never stored in it.

# %% tags=["explore"]
from lessons_lib import show

show("labeling")

# %% [markdown] tags=["prose"]
# If you disagreed now and then, so did the people who rated the texts, which is why the mean is
# used. It determines one of ${classes} labels: ${rating_threshold} or more is positive,
# −${rating_threshold} or less is negative, and anything in between is neutral.

# %% tags=["code"]
for rating in (2.9, 0.5, 0.4, 0.0, -0.4, -1.5):
    print(f"{rating:+.1f} -> {Label.from_rating(rating)}")

# %% [markdown] tags=["prose"]
# How many texts lie on each side of these borders? Start with the ones in between.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("share-of-neutral")

# %% [markdown] tags=["prose"]
# The figure shows all mean ratings of the training texts. Its two lines are the borders between the
# labels. The signs −, ○, and + stand for the labels wherever color alone isn't enough.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
ratings = [one.rating for one in corpus.train]
raw_text.plot_ratings(ratings)
n_neutral = sum(Label.from_rating(rating) == "neutral" for rating in ratings)
show_outcome("share-of-neutral", 100 * n_neutral / len(ratings))

# %% [markdown] tags=["prose"]
# Neutral is the hardest label to predict, because it borders on both of the others. The position of
# the borders is a human decision. What if it had been different?

# %% tags=["explore"]
from lessons_lib import show

show("borders")

# %% [markdown] tags=["prose"]
# No position is the true one. What matters is that the borders are set before training and stay
# where they are, because moving them changes what the model learns and what counts as a mistake.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("02_raw_text", "ratings")

# %% [markdown] tags=["prose"]
# The texts are divided into three **splits**. The model learns from the training split. The other
# two are **held out**, so that the model can be tested on texts it has never seen: validation
# while we're still choosing settings, and test once at the end. If the same text were in two
# splits, the accuracy, the share of texts labeled correctly, would be too high, as in an exam
# whose questions have leaked.

# %% tags=["code"]
print(corpus)
print("texts in both training and test:", raw_text.count_shared(corpus.train, corpus.test))

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("02_raw_text", "splits")

# %% [markdown] tags=["prose"]
# Our own splits aren't perfect. More than a third of the texts share a source with other texts, for
# example sentences of one editorial, and some of those are in a different split. Does that make a
# model look better than it is? We trained another one on several random splits, with and without
# such siblings. They changed its accuracy by less than the choice of the random split did, so we
# can't measure an effect.

# %% [markdown] tags=["try-it"]
# **Try it.** The *seed* is a number that determines which texts are drawn from the corpus.
# <span class="lessons-in-notebook">Change it and run the code again to read other texts. Can you
# find one that you can't label?</span>
#
# ${run_above}

# %% tags=["try-it", "nbval-ignore-output"]
for text in corpus.archive(5, seed=1):
    print("·", text)

# %% [markdown] tags=["check"]
# **Check yourself** on archives, ratings, and splits.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("02_raw_text")

# %% [markdown] tags=["key-insight"]
# > An archive has a fixed number of texts, but the texts vary in length. The next stages give them
# > all the same shape.

# %% [markdown] tags=["next"]
# The desk now knows what's in its pile: texts with capitals, hashtags, and emoji, from a single
# word to dozens of words. How do they become lists of equal length that fit into one batch?
#
# ${next}
