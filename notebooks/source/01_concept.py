# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# A **listening desk** follows what people write about films and products, and its model labels each
# text as negative, neutral, or positive. How should it run that model on the ${archive_texts} texts
# of its **night archive**, due by morning, and for the person waiting at its comment box right now?

# %% tags=["explore"]
from lessons_lib import show_first_label

show_first_label()

# %% [markdown] tags=["stage-map"]
# Your text passed through these stages. This lesson compares ways to run the model, on one text or
# on many.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages()

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("label-of-not-bad")

# %% tags=["setup"]
from lessons_lib import (
    BatchingPolicy,
    BatchPredictor,
    CostModel,
    FoldedPipeline,
    RealTimePredictor,
    plot_crossings,
    plot_timelines,
    poisson,
    preprocess,
    show_outcome,
    simulate,
)

# %% tags=["setup"]
pipeline = FoldedPipeline.load()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# Running a trained model on new texts is called **inference**, and one run is a **pass**. Think of
# a pass as a crossing and of texts as passengers.
#
# A rowboat leaves as soon as one person steps in. That's **real-time inference**: one text goes in,
# and its answer comes back as soon as it's ready, without waiting for other texts.

# %% tags=["code", "answers-guess"]
realtime = RealTimePredictor(pipeline)
not_bad = realtime.predict("not bad")
print("not good ->", realtime.predict("not good"))
print("not bad  ->", not_bad)
show_outcome("label-of-not-bad", str(not_bad.label))

# %% [markdown] tags=["prose"]
# [Notebook 08](08_probabilities_to_labels.ipynb) shows where the model fails, and why.
#
# A real-time call takes one string. Passing a list is an error, even a list of one text.
#
# A big ferry takes everyone who is already standing on the dock. That's **batch inference**: many
# known texts go in together, and all the answers come back together. A batch call takes a list,
# even for a single text, and returns a list with one prediction per text, in the same order.

# %% tags=["code"]
batch = BatchPredictor(pipeline)
for one in batch.predict(["I love sunny days", "The movie was great", "How is the weather?"]):
    print(one.label)

# %% [markdown] tags=["prose"]
# Both calls run the same model, so in these lessons a text gets the same label either way. Batch
# inference doesn't have to run at night, and real-time inference requires neither a newer model
# nor the internet.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "modes")

# %% [markdown] tags=["prose"]
# In either mode, preprocessing converts each text to lowercase, removes its punctuation, splits it
# into words called **tokens**, and keeps at most ${max_tokens} of them. **Feature extraction**
# turns each token into ${features} numbers. From these, the model computes one **probability** for
# each of the three **labels**, and the highest one decides. In shapes, with shorter texts filled
# up to ${max_tokens} places: ${archive_texts} texts become ${archive_texts} × ${max_tokens}
# tokens, then ${archive_texts} × ${max_tokens} × ${features} numbers, and finally
# ${archive_texts} × ${classes} probabilities.

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
# ${reference_last_accuracy}. Steady improvement like this shows that the model is learning the
# patterns. Afterward, every mode uses it unchanged.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("first-to-finish")

# %% [markdown] tags=["prose"]
# Below the boats, thin lines are people waiting, and thick lines are crossings. This is a
# simulation with invented times.

# %% tags=["code", "answers-guess"]
cost = CostModel(fixed_s=0.002, per_text_s=0.0001)
seats = {"real-time": 1, "micro-batching": 8, "batch": 16}
boats = {mode: BatchingPolicy(most, 0.003) for mode, most in seats.items()}  # 0.003: timeout
runs = {mode: simulate([0.0] * 16, cost, boat) for mode, boat in boats.items()}
plot_crossings({mode: run.batch_sizes for mode, run in runs.items()})
plot_timelines(runs)
finished = {mode: run.finished_s.max() for mode, run in runs.items()}
show_outcome("first-to-finish", min(finished, key=finished.get))

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
# This time, each dot is a person arriving.

# %% tags=["code", "answers-guess"]
arrivals = poisson(700, 16, seed=3)
two_modes = ("real-time", "micro-batching")
runs = {mode: simulate(arrivals, cost, boats[mode]) for mode in two_modes}
plot_crossings({mode: run.batch_sizes for mode, run in runs.items()}, seats=8)
plot_timelines(runs)
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
# To choose a mode, ask what matters: the total time for many texts, or the wait of one person?
#
# | the desk's task | mode | why |
# |---|---|---|
# | label the night archive; morning is soon enough | batch | shared passes, least total time |
# | warn before a comment is sent | real-time | one person is waiting for one answer |
# | keep up when everyone posts on premiere night | micro-batching | a short wait, a shared pass |
#
# A pass with a single text is quick, but ${archive_texts} of them add up. Retraining takes time and
# doesn't make any pass faster. And real-time doesn't always use less memory, because a large batch
# can run in parts.

# %% [markdown] tags=["try-it"]
# **Try it.** Type your own texts and run the cell. Then add a third text to the list. How many
# answers come back?
#
# ${run_above}

# %% tags=["try-it"]
print(realtime.predict("What a waste of time").label)
for one in batch.predict(["What a waste of time", "I like rainy days"]):
    print(one.label)

# %% [markdown] tags=["check"]
# **Test your understanding.** The first card asks three questions about the whole idea. The second
# is about choosing a mode.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("08_probabilities_to_labels", "model-quiz")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept")

# %% [markdown] tags=["key-insight"]
# > Batch inference is efficient for processing many texts together; real-time inference is for
# > quick answers to single inputs. When loss and accuracy improve steadily, the model is learning
# > the patterns. The output probabilities decide the label.

# %% [markdown] tags=["next"]
# The night archive comes first. What's in that pile of ${archive_texts} texts, and who decides
# which of them are "positive"?
#
# ${next}
