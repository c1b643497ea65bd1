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

# %% [markdown] tags=["prose"]
# Run this cell each time you come: press Shift and Enter. If lessons have changed since you ran it
# last, it says which. Your answers stay.

# %% tags=["setup"]
from lessons_lib import tell_news

tell_news()

# %% [markdown] tags=["prose"]
# ## Choose a learning mode
#
# There are ten **learning modes** here: ten ways into the same subject. Pick how you like to
# learn, and click its name. It helps to take the test first, but nobody has to.

# %% tags=["try-it"]
from lessons_lib import ModeChooser, ModeFinder

ModeChooser()

# %% [markdown] tags=["prose"]
# **How to run a notebook.** Click a cell and press Shift and Enter. Or choose *Run* and then *Run
# All Cells* from the menu. If something looks stuck, choose *Kernel* and *Restart*; run the cells
# again then. Your answers are kept. Run the cell with the ten learning modes again when you come
# back: it then shows how far you are in each.
#
# Not sure which one? Run the next cell. It asks three short questions.

# %% tags=["try-it"]
ModeFinder()

# %% [markdown] tags=["stage-map"]
# Every text goes through these stages; for the model, through one of two boxes. Click one to open
# its notebook.

# %% tags=["stage-map"]
from lessons_lib import StageMap, room_line, show_progress

StageMap()

# %% [markdown] tags=["prose"]
# These are the notebooks behind the learning modes:
#
# ${lesson_table}
#
# Nothing here is canned, but for one reference curve and some simulations that say so. The shapes,
# curves, probabilities and times come from code that runs while you watch, on short texts that
# people rated by hand.

# %% [markdown] tags=["prose"]
# Most notebooks end with questions, and your answers are kept. There is one record for all learning
# modes: what you answer in one also counts in the others. Below is how far you are, notebook by
# notebook.

# %% tags=["check"]
show_progress()

# %% [markdown] tags=["prose"]
# How much memory and how many cores may you use? On a shared hub there are limits, and the
# times that you measure depend on them.

# %% tags=["check", "nbval-ignore-output"]
print(room_line())

# %% [markdown] tags=["key-insight"]
# > Batch is for many texts that can wait. Real-time is for one text that cannot.

# %% [markdown] tags=["next"]
# ${next}
