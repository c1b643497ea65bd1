# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# ${run_notebook}

# %% [markdown] tags=["prose"]
# What you learn once, you soon forget. What you recall just before it is gone, you keep for
# longer, and each time the gap may grow. So a card comes back after minutes at first, then after
# days, then after weeks. To look an answer up does not do the same: try to say it first.

# %% [markdown] tags=["prose"]
# Look at the front and give your answer. Press **Show answer**, then say honestly how it went.
# The buttons tell when the card comes back. Keys work too: Space or Enter shows the answer, and
# the numbers on the buttons rate it, as long as you are inside the card.

# %% tags=["try-it"]
from lessons_lib import show_flashcards

show_flashcards()

# %% [markdown] tags=["prose"]
# Up to ten new cards come each day, and what is due comes first. Your ratings are kept on this
# machine. Come back tomorrow, and run the cell again. All the words stand in the
# [glossary](glossary.md).
#
# The days are chosen by [FSRS](https://github.com/open-spaced-repetition/py-fsrs), the *Free
# Spaced Repetition Scheduler*. It guesses from your ratings how hard each card is and how long
# you will remember it, and asks again when the chance falls to nine in ten.

# %% [markdown] tags=["key-insight"]
# > To recall is to learn. A little each day does more than a lot in one evening.

# %% [markdown] tags=["next"]
# ${next}
