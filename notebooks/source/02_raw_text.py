# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# You are at the first box. Nothing has been changed yet.

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
# **Before you run it:** an archive holds ${archive_texts} texts. Do you think they all have the
# same length?

# %% [markdown] tags=["prose"]
# A **raw text** is what someone typed: capitals, commas, emoji and all. Here are four of our
# own demo texts, with the number of words in each.

# %% tags=["code"]
for text in demo_texts()[2:6]:
    print(len(text.split()), "words:", text)

# %% [markdown] tags=["prose"]
# Lengths differ, and nothing makes them equal. So the shape of an archive is *number of texts ×
# variable length*. Ours is drawn from reviews, tweets and newspaper lines. Run the next cell to
# read a few. They are shown live only, and never stored in this file.

# %% tags=["code", "nbval-ignore-output"]
for text in archive[:5]:
    print("·", text)

# %% [markdown] tags=["prose"]
# Five texts say little about ${archive_texts}. A histogram shows them all: how many texts have
# one word, two words, and so on.

# %% tags=["code"]
print(len(archive), "texts × variable length")
plot_lengths([len(text.split()) for text in archive])

# %% [markdown] tags=["prose"]
# Most texts are short, but about a third have more than twenty words. We will meet those again:
# they must be cut.
#
# People read each text and rated it from −${highest_rating} to ${highest_rating}. The mean of
# their ratings becomes one of ${classes} labels. A mean of ${rating_threshold} or more is
# positive. A mean of −${rating_threshold} or less is negative. What lies between is neutral.

# %% tags=["code"]
for rating in (2.9, 0.5, 0.4, 0.0, -0.4, -1.5):
    print(f"{rating:+.1f} -> {Label.from_rating(rating)}")

# %% [markdown] tags=["prose"]
# Look at how the ratings spread. The two lines are the borders between the labels. The signs −
# ○ + stand for the labels wherever colour alone would not do.

# %% tags=["code"]
plot_ratings([one.rating for one in corpus.train])

# %% [markdown] tags=["prose"]
# There are three humps. Neutral has the tallest bars, right at zero, but its band is narrow: so
# it is the rare class. It is also the hard one, as it touches both of the others.
#
# The texts are parted into three **splits**. The model learns from the first. The other two are
# **held out**, to test it on texts that it has never seen. A text in two splits would spoil
# that, like an exam whose questions were handed out before.

# %% tags=["code"]
print(corpus)
print("texts in both training and test:", count_shared(corpus.train, corpus.test))

# %% [markdown] tags=["try-it"]
# **Try it.** The *seed* is a number that fixes which texts are drawn. Change it and run the
# cell again: other texts come. Look for texts whose label you could not tell yourself.
#
# ${run_above}

# %% tags=["try-it", "nbval-ignore-output"]
for text in corpus.archive(5, seed=1):
    print("·", text)

# %% [markdown] tags=["check"]
# **Check yourself.** You know what an archive is, how a rating becomes a label, and why splits
# are kept apart. The card asks for all three. Your answers are kept on this machine, and come
# back when you do.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("02_raw_text")

# %% [markdown] tags=["key-insight"]
# > An archive has a fixed number of texts and no fixed length. Each later stage works to give
# > it one shape.

# %% [markdown] tags=["next"]
# ${next}
