# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# One model, two ways to run it: one text **now**, or many **together**.
#
# ${run_notebook}

# %% tags=["try-it"] jupyter={"source_hidden": true}
from lessons_lib import show_start, tell_news

tell_news()
show_start()

# %% [markdown] tags=["prose"]
# ## Choose a learning mode
#
# There are ten ways into the same subject. Pick the one that you like and click its name. Your
# progress counts in all of them.

# %% tags=["try-it"]
from lessons_lib import ModeChooser

ModeChooser()

# %% tags=["try-it"]
from lessons_lib import ModeFinder

ModeFinder()

# %% [markdown] tags=["stage-map"]
# ## From text to label
#
# Every text goes through these stages. Batch and real-time differ in one of them: how the model
# runs. Click a stage to open its notebook.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages(is_large=True)

# %% [markdown] tags=["prose"]
# ## Your progress
#
# Your answers are saved, and this table shows how far you are in each notebook.

# %% tags=["check"]
from lessons_lib import show_progress

show_progress()

# %% [markdown] tags=["prose"]
# <details><summary>All notebooks, one by one</summary>
#
# ${lesson_table}
#
# Everything is computed live while you watch, except one reference curve and a few simulations,
# which are labeled as such.
#
# </details>

# %% [markdown] tags=["prose"]
# <details><summary>If something gets stuck</summary>
#
# To run a cell, click it and press Shift and Enter. If a notebook doesn't respond, choose *Kernel*,
# then *Restart Kernel*, and run it again. Your answers are safe.
#
# On a shared hub, memory and cores are limited, and the times that you measure depend on them. The
# next line shows what this notebook may use.
#
# </details>

# %% tags=["check", "nbval-ignore-output"] jupyter={"source_hidden": true}
from lessons_lib import room_line

print(room_line())

# %% [markdown] tags=["key-insight"]
# > Batch is for many texts that can wait. Real-time is for one text that can't.

# %% [markdown] tags=["next"]
# ${next}
