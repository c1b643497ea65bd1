# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# This lesson compares two ways to run the same model.

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
# **Before you read on:** a ferry crosses a river in the same time with one passenger or with fifty.
# Ten people arrive, one after another. Should it leave with each of them, or wait for all ten?

# %% [markdown] tags=["prose"]
# That depends on whether anyone is in a hurry, and the same goes for a model that labels texts.
# Running a trained model on new texts is called **inference**, and one run is a **pass**. Picture a
# pass as a crossing and the texts as passengers.
#
# A rowboat leaves as soon as one person steps in. That's **real-time inference**: one text goes in,
# and its answer comes back immediately.

# %% tags=["code"]
realtime = RealTimePredictor(pipeline)
print(realtime.predict("I love sunny days"))

# %% [markdown] tags=["prose"]
# A real-time call takes one string. Passing a list is an error, even a list of one text.
#
# A big ferry takes everyone who is already standing on the dock. That's **batch inference**: many
# known texts go in together, and all the answers come back together. A batch call takes a list and
# returns a list, with one prediction per text, in the same order.

# %% tags=["code"]
batch = BatchPredictor(pipeline)
for one in batch.predict(["I love sunny days", "The movie was great", "How is the weather?"]):
    print(one.label)

# %% [markdown] tags=["prose"]
# Both calls run the same model, so in these lessons a text gets the same label either way. Only the
# way texts reach the model is different. Neither mode needs the internet, relies on an older model,
# or runs only at night.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "modes")

# %% [markdown] tags=["prose"]
# Preprocessing makes each text lowercase, removes punctuation, and splits it into at most
# ${max_tokens} words, the **tokens**. **Feature extraction** turns each token into ${features}
# numbers. From these, the model computes ${classes} **probabilities**, and the highest one decides
# the **label**.

# %% tags=["code"]
text = "I love sunny days!"
print(preprocess(text))
print([round(p, 3) for p in realtime.predict(text).probabilities])
print(realtime.predict(text).label)

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "pipeline")

# %% [markdown] tags=["prose"]
# Before that, the model was trained on texts that people had rated. In the reference training run,
# its **loss**, a measure of its mistakes, falls from ${reference_first_loss} to
# ${reference_last_loss}, while its accuracy rises from ${reference_first_accuracy} to
# ${reference_last_accuracy}. Steady improvement like this shows that the model is learning the
# patterns. Afterward, both modes use it unchanged.

# %% [markdown] tags=["prose"]
# Now sixteen people want to cross. Each dot is an arrival, each thin line is waiting, and each
# thick line is a crossing. The rowboat takes one person at a time. A small ferry waits a moment so
# that a few people can cross together; that's **micro-batching**. For the big ferry, all sixteen
# are on the dock from the start. Which boat finishes first? Who waits longest? (This is a
# simulation with invented times.)

# %% tags=["code"]
cost = CostModel(fixed_s=0.002, per_text_s=0.0001)
arrivals = poisson(700, 16, seed=3)
runs = {
    "real-time": simulate(arrivals, cost, BatchingPolicy(1, 0.0)),
    "micro-batching": simulate(arrivals, cost, BatchingPolicy(8, 0.003)),
    "batch": simulate([0.0] * 16, cost, BatchingPolicy(16, 0.0)),
}
plot_timelines(runs)

# %% [markdown] tags=["prose"]
# A crossing takes hardly longer with many passengers than with one, so the big ferry gets the most
# people across per second: it has the highest **throughput**. But all its answers come at the end,
# and latecomers have to wait for the next batch.
#
# The time from arrival to answer is the **latency**. On a quiet day, the rowboat's is lowest. A
# ferry with no timeout, which leaves only when full, could keep its first passenger waiting for
# hours.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "waiting")

# %% [markdown] tags=["prose"]
# So ask what matters: the total time for many texts, or the wait of one person?
#
# | the task | mode | why |
# |---|---|---|
# | label ${archive_texts} reviews; minutes are fine | batch | shared passes, least total time |
# | check a message before it is sent | real-time | one person waits for one answer |
# | answer many users at the same time | micro-batching | a short wait, then a shared pass |
#
# One by one, each of the ${archive_texts} reviews gets a quick answer, but ${archive_texts} passes
# add up. Retraining wouldn't help: it takes time and makes no pass faster. And real-time doesn't
# always use less memory, because both modes load the same model and a large batch can run in parts.

# %% [markdown] tags=["try-it"]
# **Try it.** Type your own text between the quotes and run the cell. Then pass a list of two texts
# to `batch.predict`. What comes back?
#
# ${run_above}

# %% tags=["try-it"]
print(realtime.predict("What a waste of time").label)

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
