# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# ${run_notebook}

# %% tags=["check"]
from lessons_lib import show_practice

show_practice()

# %% [markdown] tags=["prose"]
# The card starts with five questions, from easy to hard. You can ask for hints, one at a time, and
# after each answer for the solution in steps and a list of common mistakes. You don't need to take
# the test or read anything else first.
#
# After these five, you can keep practicing for as long as you like. For every two new questions,
# you get one that you answered incorrectly before. New questions are about what you got wrong most,
# they get harder or easier, depending on what you got right, and the card says why it asks each of
# them. When you come back on another day, the card starts with the flashcards that are due and with
# up to five questions that you missed.

# %% [markdown] tags=["prose"]
# The snippets in these questions are real calls, and the code below loads what they need: `batch`,
# which takes lists, and `realtime`, which takes single strings.
# <span class="lessons-in-notebook">Once you have answered, add a cell below it, and try them there.
# For the second and the third question, begin with `model = batch`; for the fourth, with
# `model = realtime`.</span>

# %% tags=["code"]
from lessons_lib import BatchPredictor, FoldedPipeline, RealTimePredictor

pipeline = FoldedPipeline.load()
batch, realtime = BatchPredictor(pipeline), RealTimePredictor(pipeline)
print(batch, realtime, sep="\n")

# %% [markdown] tags=["key-insight"]
# > Batch means many, and real-time means now. To choose between them, ask how many texts there are
# > and how soon their answers are needed.

# %% [markdown] tags=["next"]
# ${next}
