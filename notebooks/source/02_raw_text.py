# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# This notebook is about the first box, where nothing has been done to the texts yet.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages(here="text")

# %% tags=["setup"]
from lessons_lib import (
    Label,
    count_shared,
    demo_texts,
    load_corpus_or_demo,
    plot_lengths,
    plot_ratings,
)

corpus = load_corpus_or_demo()
archive = corpus.archive()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you run it:** an archive holds ${archive_texts} reviews, tweets, and sentences from
# newspapers. The model will read at most ${max_tokens} words of each. How many of them do you think
# are longer than that: almost none, about a third, or most?

# %% [markdown] tags=["prose"]
# A **raw text** is what someone typed, including capitals, commas, and emoji. Here are four of our
# demo texts, each with its number of words.

# %% tags=["code"]
for text in demo_texts()[2:6]:
    print(len(text.split()), "words:", text)

# %% [markdown] tags=["prose"]
# An archive is a pile of such texts that is complete before a run starts, so it's what batch
# inference works on. Its texts have different lengths, because nothing has made them equal yet.
# That's why we write its shape as *number of texts × variable length*.
#
# Run the next cell to read a few texts from our archive. They appear only when you run it and are
# never stored in this file.

# %% tags=["code", "nbval-ignore-output"]
for text in archive[:5]:
    print("·", text)

# %% [markdown] tags=["prose"]
# Five texts say little about ${archive_texts}. A histogram shows them all: how many texts have one
# word, how many have two, and so on.

# %% tags=["code"]
print(len(archive), "texts × variable length")
plot_lengths([len(text.split()) for text in archive])

# %% [markdown] tags=["prose"]
# Most texts are short, but about a third have more than twenty words. The next stage will cut
# those short.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("02_raw_text", "lengths")

# %% [markdown] tags=["prose"]
# Where do labels for training come from? Several people read each text and rated it from
# −${highest_rating} to ${highest_rating}. The mean of their ratings determines one of ${classes}
# labels: ${rating_threshold} or more is positive, −${rating_threshold} or less is negative, and
# anything in between is neutral.

# %% tags=["code"]
for rating in (2.9, 0.5, 0.4, 0.0, -0.4, -1.5):
    print(f"{rating:+.1f} -> {Label.from_rating(rating)}")

# %% [markdown] tags=["prose"]
# The next figure shows how the mean ratings are distributed. Its two lines are the boundaries
# between the labels. The signs −, ○, and + stand for the labels wherever color alone isn't enough.

# %% tags=["code"]
plot_ratings([one.rating for one in corpus.train])

# %% [markdown] tags=["prose"]
# The distribution has three humps. The tallest bars are the ones at zero, but the neutral band is
# so narrow that neutral is still the rarest label. It's also the hardest to predict, because it
# borders on both of the others.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("02_raw_text", "ratings")

# %% [markdown] tags=["prose"]
# The texts are divided into three **splits**. The model learns from the training split. The other
# two are **held out**, so that the model can be tested on texts it has never seen: validation while
# we're still choosing settings, and test once at the end. If the same text were in two splits, the
# score would be too high, as in an exam whose questions have leaked.

# %% tags=["code"]
print(corpus)
print("texts in both training and test:", count_shared(corpus.train, corpus.test))

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("02_raw_text", "splits")

# %% [markdown] tags=["try-it"]
# **Try it.** The *seed* is a number that determines which texts are drawn. Change it and run the
# cell again to see other texts. Can you find a text whose label you aren't sure about yourself?
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
# ${next}
