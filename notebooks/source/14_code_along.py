# %% [markdown] tags=["header"]
# ${header}

# %% tags=["setup"]
# %load_ext lessons_lib
from lessons_lib import hint, last_try, solution

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# Here you write code. Each task is small, and the first ones are one line long. Some start
# unfinished, and some start broken.
#
# Every task has a cell that begins with `%%exercise`. Change the code in it and run the cell: it
# runs once as you see it, then silently on inputs that you have not seen. What counts is what the
# code does, not how it looks. Each try is saved with its result. You may do the tasks in any order.

# %% [markdown] tags=["prose"]
# Run the setup first, and again after you restart the kernel. It also loads three functions: `hint`
# shows one hint at a time, `solution` opens after your first try, and `last_try` puts the code that
# you ran last into a new cell.
#
# You need cells that you can edit, as in JupyterLab. Where a page only shows this notebook, as
# Voilà does, you can read the tasks but not solve them.

# %% [markdown] tags=["check"]
# ${exercise:batch-call}

# %% [markdown] tags=["check"]
# ${exercise:real-time-call}

# %% [markdown] tags=["check"]
# ${exercise:mend-the-call}

# %% [markdown] tags=["check"]
# ${exercise:type-of-results}

# %% [markdown] tags=["check"]
# ${exercise:choose-the-mode}

# %% [markdown] tags=["check"]
# ${exercise:read-the-error}

# %% [markdown] tags=["check"]
# ${exercise:preprocess-by-hand}

# %% [markdown] tags=["check"]
# ${exercise:pad-the-ids}

# %% [markdown] tags=["check"]
# ${exercise:masked-mean}

# %% [markdown] tags=["check"]
# ${exercise:softmax}

# %% [markdown] tags=["check"]
# ${exercise:label-of}

# %% [markdown] tags=["check"]
# ${exercise:cut-into-batches}

# %% [markdown] tags=["check"]
# ${exercise:count-the-passes}

# %% [markdown] tags=["check"]
# ${exercise:p50-and-p99}

# %% [markdown] tags=["check"]
# ${exercise:start-the-batch}

# %% [markdown] tags=["key-insight"]
# > Batch takes a list and gives a list. Real-time takes one string and gives one prediction.

# %% [markdown] tags=["next"]
# ${next}
