# %% [markdown] tags=["header"]
# ${header}

# %% tags=["setup"]
# %load_ext lessons_lib
from lessons_lib import hint, last_try, solution

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# In this notebook, you write code. The tasks are small, and the first ones need just one line. Some
# start with unfinished code, others with broken code.
#
# Every task has a cell that begins with `%%exercise`. Change the code in it and run the cell. Your
# code runs first on the example shown, and then silently on other inputs. Only its results count,
# not its style. You can do the tasks in any order.

# %% [markdown] tags=["prose"]
# Run the setup first, and again whenever you restart the kernel. It loads three functions: `hint`
# shows one hint at a time, `solution` shows a solution after your first try, and `last_try` copies
# the code from your last try into a new cell.
#
# To solve the tasks, you need editable cells, as in JupyterLab. Pages that only display the
# notebook, such as Voilà, let you read the tasks but not solve them.

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
