# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# ${run_notebook}

# %% tags=["check"]
from lessons_lib import show_test

show_test()

# %% [markdown] tags=["prose"]
# Take it before you start, to see what you already know, and again at the end, to see what you've
# learned. It's only for you: it isn't graded, because the correct answers are stored on the same
# machine.

# %% [markdown] tags=["key-insight"]
# > The verdict shows whether you're already strong in this subject and how certain that is. The
# > reading list shows where to go from here.

# %% [markdown] tags=["next"]
# ${next}
