# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# ${run_notebook}

# %% tags=["check"]
from lessons_lib import show_test

show_test()

# %% [markdown] tags=["prose"]
# This test has ten questions: four easy, three medium, and three hard ones. Eight are about batch
# and real-time inference: choosing a mode for a task, what each mode costs, batch sizes, calls, and
# latency. The other two are about the rest of the pipeline.
#
# We recommend taking the test before you start, to see what you already know, and again at the end,
# to see what you've learned. You don't have to take it at all. There's no feedback until you've
# finished, but you can leave at any time and continue later.
#
# The test is only for you. It isn't graded, because the correct answers are stored on the same
# machine.

# %% [markdown] tags=["key-insight"]
# > The verdict shows whether you're already strong in this subject and how certain that is. The
# > reading list shows where to go from here.

# %% [markdown] tags=["next"]
# ${next}
