# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# ${run_notebook}

# %% [markdown] tags=["prose"]
# Ten questions: four easy, three medium, three hard, from all stages. No feedback comes until
# the end. You may leave and come back; the test waits. Take it first, to see what you know, or
# last, to see what you learnt.
#
# The answers are in the kernel with you, so this test is for you alone. It gives no marks.

# %% tags=["check"]
from lessons_lib import show_test

show_test()

# %% [markdown] tags=["key-insight"]
# > A test is a map: it shows where to read next.

# %% [markdown] tags=["next"]
# ${next}
