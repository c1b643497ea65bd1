# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# ${run_notebook}

# %% tags=["try-it"]
from lessons_lib import show_flashcards

show_flashcards()

# %% [markdown] tags=["prose"]
# Read the front of the card and answer it in your head. Press **Show answer**, then rate honestly
# how well you knew it. Each button shows when the card would come back. While the focus is inside
# the card, you can also use the keyboard: Space or Enter shows the answer, and the numbers on the
# buttons rate it.

# %% [markdown] tags=["prose"]
# We soon forget what we learn only once. If you recall something just before you would forget it,
# you remember it for longer, and the next interval can be longer, too. That's why a card comes
# back after minutes at first, then after days, and then after weeks. Looking up the answer doesn't
# have the same effect, so try to recall it first.

# %% [markdown] tags=["prose"]
# Cards that are due come first, followed by up to ten new ones per day. Come back tomorrow.
# <span class="lessons-in-notebook">Then run the cell again.</span> The [glossary](glossary.md)
# lists all the terms.
#
# The intervals are chosen by [FSRS](https://github.com/open-spaced-repetition/py-fsrs), the *Free
# Spaced Repetition Scheduler*. From your ratings, it estimates how difficult each card is for you,
# and it schedules the next review for the day when your chance of remembering the card has dropped
# to nine in ten.

# %% [markdown] tags=["prose"]
# Do you already use Anki? Run `lessons export --to anki --out lessons.apkg` in a terminal; if a
# package is missing, the command says how to install it. On a hub, download the file first. Then
# choose **File → Import** in Anki and open it. It contains these cards and the questions of all
# quizzes, and every card starts as new. When you import a newer export, Anki adds new cards,
# updates revised ones, and keeps your reviews. It doesn't change cards that you have edited.

# %% [markdown] tags=["key-insight"]
# > Recalling an answer teaches you more than reading it again, and a few cards each day work
# > better than many in one evening.

# %% [markdown] tags=["next"]
# ${next}
