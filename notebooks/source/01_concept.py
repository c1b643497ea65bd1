# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# This is the short way through the whole lesson. A text goes in on the left, and a label comes
# out at the end. The two boxes for the model are what it is all about.

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
# **Before you read on:** a ferry takes the same time to cross a river with one passenger or with
# fifty. If ten people come, one after the other, should it leave at once with each of them, or
# wait until all are there?

# %% [markdown] tags=["prose"]
# There is no single right answer. It depends on whether somebody is in a hurry. The same choice
# comes up when a model labels texts. To run a trained model on new texts is called
# **inference**. One run is a **pass**: think of it as one crossing of the ferry. The texts are
# the passengers.
#
# A rowing boat leaves at once with whoever comes. That is **real-time inference**: one text
# goes in, and one answer comes back immediately.

# %% tags=["code"]
realtime = RealTimePredictor(pipeline)
prediction = realtime.predict("I love sunny days")
print(prediction)

# %% [markdown] tags=["prose"]
# A real-time call takes one text: a string, not a list. A list with one text in it is refused
# with an error.
#
# A big ferry takes all who are waiting. That is **batch inference**: many texts go in
# together, and all answers come back together. A batch call takes a list. It gives a list, one
# prediction for each text, in the same order.

# %% tags=["code"]
batch = BatchPredictor(pipeline)
predictions = batch.predict(["I love sunny days", "The movie was great", "How is the weather?"])
for prediction in predictions:
    print(prediction.label)

# %% [markdown] tags=["prose"]
# Both calls run the same model, so they give the same label to the same text. The modes differ
# in how texts travel, not in what the model knows. Neither is old, or needs the internet, or
# works only at night.
#
# On board, each text passes the same stations. Preprocessing makes it lowercase, takes out
# punctuation, and splits it into at most ${max_tokens} words, the **tokens**. **Feature
# extraction** turns each token into ${features} numbers. The model turns those into ${classes}
# **probabilities**. The highest one decides the **label**.

# %% tags=["code"]
text = "I love sunny days!"
print("text         ", text)
print("tokens       ", preprocess(text))
print("probabilities", [round(p, 3) for p in realtime.predict(text).probabilities])
print("label        ", realtime.predict(text).label)

# %% [markdown] tags=["prose"]
# How does a model come to know? It is trained first, on texts that people have rated. Round by
# round, its **loss**, the size of its mistakes, falls, and its accuracy rises. In the reference
# course of training the loss goes from ${reference_first_loss} to ${reference_last_loss}, and the
# accuracy from ${reference_first_accuracy} to ${reference_last_accuracy}. A steady improvement
# says that the model learns the patterns. After that it is only used, in one mode or another.

# %% [markdown] tags=["prose"]
# Now let sixteen people come to the river. Each dot below is one of them. A thin line is
# waiting, a thick one is the crossing. The rowing boat takes one at a time, so a queue forms.
# The big ferry waits for all sixteen. In between, a small ferry waits a moment, so that a few
# cross together. That is **micro-batching**. Which boat is done first? Who waits the longest?
# (The times are made up, and played by a simulation.)

# %% tags=["code"]
cost = CostModel(fixed_s=0.002, per_text_s=0.0001)
arrivals = poisson(700, 16, seed=3)
boats = {"real-time": (1, 0.0), "micro-batching": (8, 0.003), "batch": (16, 1.0)}
plot_timelines(
    {mode: simulate(arrivals, cost, BatchingPolicy(*settings)) for mode, settings in boats.items()}
)

# %% [markdown] tags=["prose"]
# A crossing costs only a little more with many passengers than with one. The big ferry needs a
# single crossing, and in this crowd all are over the soonest: it has the highest **throughput**,
# the texts done in a second. But the first passenger waits for the last one. The time from coming
# to the answer is the **latency**. On a quiet day the rowing boat has the lowest one: nobody waits
# for anybody.

# %% [markdown] tags=["prose"]
# So ask what counts: the total time of a pile, or the wait of a person?
#
# | the task | mode | why |
# |---|---|---|
# | label ${archive_texts} reviews; minutes are fine | batch | passes are shared: done soonest |
# | check a message before it is sent | real-time | one person waits for one answer |
# | answer many users at the same time | micro-batching | a short wait, and passes are shared |
#
# For ${archive_texts} texts one by one, each answer is quick, but ${archive_texts} crossings add
# up. Training anew would take time itself, and would not make the passes quicker. And real-time
# does not always use less memory: that depends on how many texts are on board.

# %% [markdown] tags=["try-it"]
# **Try it.** Type a text of your own between the quotes, and run the cell. Then pass a list with
# two texts to `batch.predict`. What comes back?
#
# ${run_above}

# %% tags=["try-it"]
print(realtime.predict("What a waste of time").label)

# %% [markdown] tags=["check"]
# **Check yourself.** All you need was on this page. Your answers are kept on this machine, and
# come back when you do.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept")

# %% [markdown] tags=["key-insight"]
# > Batch inference is efficient for many texts together. Real-time inference gives a quick
# > answer to a single text. The probabilities decide the label in both.

# %% [markdown] tags=["next"]
# ${next}
