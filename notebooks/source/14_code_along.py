# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# Here you write code. Each task is small, and the first ones are one line long. Some start
# unfinished, and some start broken.
#
# Write in the card and press **Run**. Your code runs in a process of its own, with a time limit. A
# loop without an end does no harm. The checks call your code on inputs that you have not seen, so
# what counts is what it does, not how it looks.

# %% [markdown] tags=["prose"]
# Hints come one at a time. A solution opens after your first try. What you type is saved as you
# go, and it is there again when you come back. You may do the tasks in any order.

# %% tags=["try-it"]
from lessons_lib import show_exercises

show_exercises()

# %% [markdown] tags=["prose"]
# No widgets where you are? The same checks work on plain text. Name a task, and hand it your code
# as a string. Here is the broken call, still broken: read what comes back.

# %% tags=["code"]
from lessons_lib import exercise

task = exercise("mend-the-call")
task.check("input_text = [text]\nprediction = model.predict(input_text)")

# %% [markdown] tags=["prose"]
# Now the brackets are gone. The input is one string, as a real-time call wants it.

# %% tags=["code"]
task.check("input_text = text\nprediction = model.predict(input_text)")

# %% [markdown] tags=["key-insight"]
# > Batch takes a list and gives a list. Real-time takes one string and gives one prediction.

# %% [markdown] tags=["next"]
# ${next}
