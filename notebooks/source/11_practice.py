# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# ${run_notebook}

# %% [markdown] tags=["prose"]
# Five questions come first, from easy to hard. After each answer you can ask for the solution
# in steps, and for the mistakes that others make. Hints are free, one at a time. No test is
# needed before.
#
# After the five, endless practice goes on for as long as you like. It mixes one question that you
# missed with two that are new to you.

# %% tags=["check"]
from lessons_lib import show_practice

show_practice()

# %% [markdown] tags=["prose"]
# The snippets in the questions are real. With the pipeline loaded, each of them runs here. Here
# is question two, alive: a list in, a list out.

# %% tags=["code"]
from lessons_lib import BatchPredictor, FoldedPipeline

model = BatchPredictor(FoldedPipeline.load())
results = model.predict(["text1", "text2", "text3"])
print(type(results).__name__, "of", len(results))

# %% [markdown] tags=["key-insight"]
# > Batch means many, real-time means now. Size and time together decide.

# %% [markdown] tags=["next"]
# ${next}
