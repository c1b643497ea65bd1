# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# A shop has a year of reviews on its disk. A phone has one message that just came in. Both want
# to know: is this text **negative**, **neutral** or **positive**?
#
# The model is the same for both. The way it is *run* is not. The shop runs it on many texts
# together, and can wait. That is **batch inference**. The phone runs it on one text, at once.
# That is **real-time inference**. These lessons show both, from raw text to label, on your own
# machine.

# %% [markdown] tags=["stage-map"]
# Every text goes through the same boxes. Click one to open its notebook.

# %% tags=["stage-map"]
from lessons_lib.widgets.stage_map import StageMap

StageMap()

# %% [markdown] tags=["prose"]
# Walk the notebooks in order, or jump to the one you need:
#
# ${lesson_table}
#
# Nothing here is canned, but for one reference curve that says so. The shapes, curves,
# probabilities and times come from code that runs while you watch, on short texts that people
# rated by hand.

# %% [markdown] tags=["prose"]
# Each notebook ends with questions, and your answers are kept. Below is how far you are. If you
# like, take the [test](12_test.ipynb) first: it shows what to read. You need not. You may also
# jump straight to the [practice](11_practice.ipynb).

# %% tags=["check"]
from lessons_lib.widgets.progress_view import show_progress

show_progress()

# %% [markdown] tags=["prose"]
# **How to run a notebook.** Click a cell and press Shift and Enter. Or choose *Run* and then
# *Run All Cells* from the menu. If something looks stuck, choose *Kernel* and *Restart*;
# nothing is lost by it.

# %% [markdown] tags=["key-insight"]
# > Batch is for many texts that can wait. Real-time is for one text that cannot.

# %% [markdown] tags=["next"]
# ${next}
