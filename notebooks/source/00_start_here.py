# %% [markdown] tags=["header"]
# ${header}

# %% tags=["check"] jupyter={"source_hidden": true}
from lessons_lib import show, tell_news

tell_news()
show("today")

# %% [markdown] tags=["prose"]
# A model can label each text as it arrives (**real-time inference**), or many together
# (**batch inference**). Who waits, and for how long?<br>
# <a class="lessons-main" href="00_twelve_minutes.ipynb">Start the lesson: twelve minutes</a>

# %% tags=["explore"]
from lessons_lib import show

show("dock")

# %% [markdown] tags=["prose"]
# ## Your own sentence, beside ten thousand
#
# Here is the real model. It labels what you type as soon as you press Enter, or an archive of
# ${archive_texts} texts together.

# %% tags=["try-it"]
from lessons_lib import show

show("start")

# %% [markdown] tags=["prose"]
# ## Choose a learning mode
#
# You can learn the same subject in ten ways. Click the name of the one you like, and switch
# whenever you want.

# %% tags=["try-it"]
from lessons_lib import show

show("mode-chooser")

# %% tags=["try-it"]
from lessons_lib import show

show("mode-finder")

# %% [markdown] tags=["stage-map"]
# ## From text to label
#
# Every text goes through these stages. Batch and real-time inference differ only in how the model
# runs. Click a stage to open its notebook.

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", is_large=True)

# %% [markdown] tags=["prose"]
# ## How far you are
#
# Your answers are saved automatically in your own user folder, outside the course, so they are
# still there when you close a notebook and come back later.

# %% tags=["check"]
from lessons_lib import show_progress

show_progress()

# %% [markdown] tags=["prose"]
# <details><summary>List of all notebooks</summary>
#
# ${lesson_table}
#
# Labels tell you what was measured here, simulated, stored, or quoted.
#
# </details>

# %% [markdown] tags=["prose"]
# <details><summary>If something gets stuck</summary>
#
# To run a cell, click it and press Shift+Enter. If a notebook doesn't respond, choose *Kernel*,
# then *Restart Kernel*, and run its cells again. This doesn't delete any answers.
#
# On a shared hub, memory and cores are limited, which affects the times you measure. The next line
# shows what is available to this notebook.
#
# </details>

# %% tags=["check", "nbval-ignore-output"] jupyter={"source_hidden": true}
from lessons_lib import room_line

print(room_line())

# %% [markdown] tags=["key-insight"]
# > Batch inference is for many texts that can wait. Real-time inference is for one text that can't.

# %% [markdown] tags=["next"]
# ${next}
