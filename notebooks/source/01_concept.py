# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# The map shows the pipeline. This lesson compares ways to run its model: batch, real-time, and
# micro-batching in between.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages()

# %% tags=["setup"]
from lessons_lib import (
    BatchingPolicy,
    BatchPredictor,
    CostModel,
    FoldedPipeline,
    RealTimePredictor,
    plot_timelines,
    poisson,
    preprocess,
    simulate,
)

pipeline = FoldedPipeline.load()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you read on:** a ferry takes only a little longer to cross a river with fifty passengers
# than with one. Ten people arrive, one after another. Should it leave with each of them or wait for
# all ten?

# %% [markdown] tags=["prose"]
# That depends on whether anyone is in a hurry. The same goes for a model that labels texts as
# negative, neutral, or positive. Running a trained model on new texts is called **inference**, and
# one run is a **pass**. Think of a pass as a crossing and of texts as passengers.
#
# A rowboat leaves as soon as one person steps in. That's **real-time inference**: one text goes in,
# and its answer comes back as soon as it's ready, without waiting for other texts.

# %% tags=["code"]
realtime = RealTimePredictor(pipeline)
print(realtime.predict("The movie was great"))

# %% [markdown] tags=["prose"]
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
# doesn't mean "at night," and real-time requires neither a newer model nor the internet.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "modes")

# %% [markdown] tags=["prose"]
# In either mode, preprocessing makes each text lowercase, removes punctuation, splits it into
# words, the **tokens**, and keeps at most ${max_tokens} of them. **Feature extraction** turns each
# token into ${features} numbers. From these, the model computes one **probability** for each of the
# ${classes} **labels**, and the highest one decides.

# %% tags=["code"]
text = "How is the weather?"
print(preprocess(text))
print(realtime.predict(text))

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "pipeline")

# %% [markdown] tags=["prose"]
# Before any inference, the model was trained on texts that people had rated. In the reference
# training run, its **loss**, a measure of its mistakes, falls from ${reference_first_loss} to
# ${reference_last_loss}, while its **accuracy**, the share of texts labeled correctly, rises from
# ${reference_first_accuracy} to ${reference_last_accuracy}. Steady improvement like this shows that
# the model is learning the patterns. Afterward, every mode uses it unchanged.

# %% [markdown] tags=["prose"]
# Now sixteen people are on the dock. The rowboat takes one at a time, a small ferry takes eight,
# and the big ferry takes all sixteen. Thin lines are people waiting, and thick lines are crossings.
# Which boat finishes first? (This is a simulation with invented times.)

# %% tags=["code"]
cost = CostModel(fixed_s=0.002, per_text_s=0.0001)
boats = {
    "real-time": BatchingPolicy(1, 0.0),
    "micro-batching": BatchingPolicy(8, 0.003),
    "batch": BatchingPolicy(16, 0.0),
}
pile = [0.0] * 16
plot_timelines({mode: simulate(pile, cost, boat) for mode, boat in boats.items()})

# %% [markdown] tags=["prose"]
# The big ferry does, because a crossing takes hardly longer with many passengers than with one. It
# gets the most people across per second, so it has the highest **throughput**.
#
# Next, sixteen people arrive one by one (the dots). There's no pile, so there's no batch. The small
# ferry waits a moment, the **timeout**, so that a few people can cross together; that's
# **micro-batching**. Who waits longest?

# %% tags=["code"]
arrivals = poisson(700, 16, seed=3)
two_modes = ("real-time", "micro-batching")
plot_timelines({mode: simulate(arrivals, cost, boats[mode]) for mode in two_modes})

# %% [markdown] tags=["prose"]
# The time from arrival to answer is the **latency**. Here, the last people in line for the rowboat
# wait longest, because people arrive faster than it can carry them. On a quiet day, it's the other
# way around: the rowboat leaves at once, while the ferry waits for people who don't come. With no
# timeout, a ferry that leaves only when full could keep its first passenger waiting for hours.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "waiting")

# %% [markdown] tags=["prose"]
# So ask what matters: the total time for many texts, or the wait of one person?
#
# | the task | mode | why |
# |---|---|---|
# | label ${archive_texts} reviews; minutes are fine | batch | shared passes, least total time |
# | check a message before it is sent | real-time | one person is waiting for one answer |
# | answer many users at the same time | micro-batching | a short wait, then a shared pass |
#
# One by one, each pass is quick, but ${archive_texts} of them add up. Retraining takes time and
# makes no pass faster. And real-time doesn't always use less memory, because a large batch can run
# in parts.

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
# **Test your understanding:** first the whole idea in three questions, then choosing a mode.

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
# ${next}
