# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# On most coasts, the sea rises and falls twice a day. If you know when and how far, you can plan a
# walk to an island that is dry only at **low tide**, or leave the harbor before your boat sits in
# the mud. A **tide table** has both: the times of high and low tide, and the height of the water.
#
# ${run_notebook}

# %% tags=["code"]
table = [("00:05", 1.2), ("06:15", 5.4), ("12:30", 1.0), ("18:40", 5.6)]
for time, height_m in table:
    kind = "high" if height_m > 3 else "low"
    print(f"{time}  {kind:4}  {height_m} m")

# %% [markdown] tags=["prose"]
# From each low tide to the next high tide, this sea rises for about six hours. The difference
# between the two heights is called the **tidal range**.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_tides", "table")

# %% [markdown] tags=["prose"]
# A table for tomorrow has other times.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("later-each-day")

# %% [markdown] tags=["prose"]
# The moon causes most of the tide, so what counts is when a place passes below the moon again. Seen
# from the Earth, the moon takes about a month to move once around the sky. In that month, a place
# faces the sun once a day, but it faces the moon one time fewer.

# %% tags=["code", "answers-guess"]
from lessons_lib import show_outcome

month = 29.53  # days from one new moon to the next
day_of_the_moon = month / (month - 1)
show_outcome("later-each-day", 24 * 60 * (day_of_the_moon - 1))

# %% [markdown] tags=["prose"]
# The tides repeat after ${tidal_day}. Half of that lies between one high tide and the next.
#
# The sun causes a smaller tide of its own. At new moon and at full moon, sun and moon are in line
# with the Earth, and their tides add up to a **spring tide**: high tides are higher, and low tides
# lower. At half moon, the two work against each other, and the range is small, which is called a
# **neap tide**.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_tides", "moon")

# %% [markdown] tags=["prose"]
# Between low and high tide, the sea doesn't rise evenly. Sailors divide the range into twelve parts
# and expect the sea to rise by one part in the first hour, then two, three, three, two, and one.
# This **rule of twelfths** is only an estimate. Change the two heights to those of a beach you
# know, and run the cell again.

# %% tags=["code"]
high_m, low_m = 5.4, 1.2
for hour, parts in enumerate((1, 2, 3, 3, 2, 1), start=1):
    rise_m = parts / 12 * (high_m - low_m)
    print(f"hour {hour}: {rise_m:.2f} m  {'▇' * round(10 * rise_m)}")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_tides", figures={"high_m": high_m, "low_m": low_m})

# %% [markdown] tags=["prose"]
# ## Test and progress
#
# The test has three questions without feedback until its end. You can leave and continue later.

# %% tags=["check"]
from lessons_lib import show_test

show_test()

# %% [markdown] tags=["prose"]
# Your answers are saved automatically.

# %% tags=["check"]
from lessons_lib import show_progress

show_progress()

# %% [markdown] tags=["key-insight"]
# > The moon sets the time of the tides, and moon and sun together set their range.

# %% [markdown] tags=["next"]
# Look up today's tide table for a beach you know: when is the next low tide?
#
# ${next}
