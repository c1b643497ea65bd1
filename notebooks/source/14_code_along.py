# %% [markdown] tags=["header"]
# ${header}

# %% tags=["setup"]
# %load_ext lessons_lib
from lessons_lib import hint, last_try, solution

# %% tags=["setup"]
from lessons_lib import show_exercises

show_exercises()

# %% [markdown] tags=["prose"]
# In this notebook, you write code. The tasks are small, and the first ones need just one line. Some
# start with unfinished code, others with broken code. You can do them in any order.
#
# <div class="lessons-in-notebook">
#
# Change the code of a task, then run its cell or press **Check** below it. Your code runs first on
# the example shown, and then silently on other inputs. Only its results count, not its style.
# **Hint** shows one hint at a time. After your first try, you can also open a solution.
#
# If your code never ends, press the stop button (■) in the toolbar. After a restart of the kernel,
# run the first code cell again.
#
# </div>

# %% [markdown] tags=["prose"]
# <div class="lessons-in-notebook">
#
# Does your editor show no buttons below a cell that you ran? Then call `hint("batch-call")`,
# `solution("batch-call")` or `last_try("batch-call")` in a new cell, with the name from the first
# line of the task's cell. Pages that only display the notebook, such as Voilà, let you read the
# tasks but not solve them.
#
# </div>

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

# %% [markdown] tags=["check"]
# ${exercise:count-the-slots}

# %% [markdown] tags=["check"]
# ${exercise:merge-the-answers}

# %% [markdown] tags=["key-insight"]
# > A batch call takes a list and returns a list. A real-time call takes one string and returns one
# > prediction.

# %% [markdown] tags=["next"]
# ${next}
