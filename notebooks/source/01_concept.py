# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# Think of texts as people crossing a river. A rowboat leaves as soon as one person steps in; a
# ferry takes everyone on the dock. Which one suits the **night archive** of a **listening desk**,
# ${archive_texts} texts to label by morning? And which one suits the person at its comment box?

# %% tags=["explore"]
from lessons_lib import show

show("first-label")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("sooner-by-rowboat")

# %% tags=["setup"]
from lessons_lib import (
    BatchPredictor,
    FoldedPipeline,
    RealTimePredictor,
    preprocess,
    show_outcome,
)
from lessons_lib.lesson.notebooks import concept

# %% tags=["setup"]
pipeline = FoldedPipeline.load()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# Running a trained model on new texts is called **inference**, and one run is a **pass**: a
# crossing, with texts as its passengers.
#
# The rowboat is **real-time inference**: one text goes in, and its answer comes back as soon as
# it's ready, without waiting for other texts. The ferry is **batch inference**: many known texts go
# in together, and all the answers come back together.
#
# The bars on the far bank show how long each person took. This is a simulation with invented
# times.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
cost = concept.CostModel(fixed_s=0.002, per_text_s=0.0001)  # of one crossing
seats = {"real-time": 1, "micro-batching": 8, "batch": 16}
boats = {mode: concept.BatchingPolicy(most, 0.003) for mode, most in seats.items()}  # timeout 3 ms
runs = {mode: concept.simulate([0.0] * 16, cost, boats[mode]) for mode in ("real-time", "batch")}
concept.display_dock(runs)
sooner = runs["real-time"].finished_s < runs["batch"].finished_s
show_outcome("sooner-by-rowboat", int(sooner.sum()))

# %% [markdown] tags=["prose"]
# The number of people who get across per second is the **throughput**.
#
# But what if people arrive one by one? There's no pile, so there's no batch. With
# **micro-batching**, a small ferry waits briefly so that a few people can cross together. It
# leaves when it's full, or after a **timeout** at the latest. Here it has eight seats and waits at
# most three milliseconds.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("longest-wait")

# %% [markdown] tags=["prose"]
# This time, people arrive at random moments.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
arrivals = concept.poisson(700, 16, seed=3)  # people per second, at random moments
two_modes = ("real-time", "micro-batching")
runs = {mode: concept.simulate(arrivals, cost, boats[mode]) for mode in two_modes}
concept.display_dock(runs)
longest = {mode: run.latency_ms.max() for mode, run in runs.items()}
show_outcome("longest-wait", max(longest, key=longest.get))

# %% [markdown] tags=["prose"]
# The time from arrival to answer is the **latency**. On a quiet day, the rowboat leaves at once,
# while the ferry waits for people who don't come. With no timeout, a ferry that leaves only when
# it's full could keep its first passenger waiting for hours.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "waiting")

# %% [markdown] tags=["prose"]
# In code, a real-time call takes one string. Passing a list is an error, even a list of one text.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("label-of-not-bad")

# %% [markdown] tags=["prose"]
# Here are two calls.

# %% tags=["code", "answers-guess"]
realtime = RealTimePredictor(pipeline)
not_bad = realtime.predict("not bad")
print("not good ->", realtime.predict("not good"))
print("not bad  ->", not_bad)
show_outcome("label-of-not-bad", str(not_bad.label))

# %% [markdown] tags=["prose"]
# [Notebook 08](08_probabilities_to_labels.ipynb) shows where the model fails, and why.
#
# A batch call takes a list, even for a single text, and returns a list with one prediction per
# text, in the same order. Both calls run the same model, so in these lessons a text gets the same
# label either way.

# %% tags=["code"]
batch = BatchPredictor(pipeline)
for one in batch.predict(["I love sunny days", "The movie was great", "How is the weather?"]):
    print(one.label)

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "modes")

# %% [markdown] tags=["prose"]
# In either mode, preprocessing converts each text to lowercase, removes its punctuation, splits it
# into words called **tokens**, and keeps at most ${max_tokens} of them. **Feature extraction**
# first fills shorter texts up to ${max_tokens} slots, and then turns each slot into ${features}
# numbers. From these, the model computes one **probability** for each of the three **labels**, and
# the highest one decides. The map shows the shapes for the archive.

# %% tags=["explore"]
from lessons_lib import show

show("stages")

# %% [markdown] tags=["prose"]
# Here are one text's tokens and probabilities.

# %% tags=["code"]
text = "How is the weather?"
print(preprocess(text))
print(realtime.predict(text))

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "pipeline")

# %% [markdown] tags=["prose"]
# Before any inference, the model was trained on texts that people had rated. It went through them
# several times, in **epochs**. In a stored reference run of another model, the **loss**, a measure
# of its mistakes, falls from ${reference_first_loss} to ${reference_last_loss}, while the
# **accuracy**, the share of texts labeled correctly, rises from ${reference_first_accuracy} to
# ${reference_last_accuracy}. From then on, every mode uses the trained model as it is.
#
# To choose a mode, ask what matters: the total time for many texts, or the wait of one person?
#
# | the desk's task | mode | why |
# |---|---|---|
# | label the night archive; morning is soon enough | batch | shared passes, least total time |
# | warn before a comment is sent | real-time | one person is waiting for one answer |
# | keep up when everyone posts on premiere night | micro-batching | a short wait, a shared pass |

# %% [markdown] tags=["try-it"]
# **Try it.** <span class="lessons-in-notebook">Type your own texts and run the code. Then add a
# third text to the list.</span> How many answers come back? One of these labels is wrong: to the
# model, *rainy* is a complaint, and *like* is hardly praise.
#
# ${run_above}

# %% tags=["try-it"]
print(realtime.predict("What a waste of time").label)
for one in batch.predict(["What a waste of time", "I like rainy days"]):
    print(one.label)

# %% [markdown] tags=["check"]
# **Test your understanding.** The first card asks three questions about the whole idea. The second
# is about the modes: which to choose, and what they have in common.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "model-quiz")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept")

# %% [markdown] tags=["key-insight"]
# > Batch inference is efficient for processing many texts together; real-time inference is for
# > quick answers to single inputs. A steadily falling loss and a rising accuracy show that a model
# > is learning patterns; only new texts show whether they hold there, too. The output probabilities
# > decide the label.

# %% [markdown] tags=["next"]
# The night archive comes first. What's in that pile of ${archive_texts} texts, and who decides
# which of them are "positive"?
#
# ${next}
