# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# The desk's site has a comment box that warns people before they send something unfriendly. While
# it decides about one text, one person is looking at the screen.

# %% tags=["explore"]
from lessons_lib import show

show("comment-box")

# %% [markdown] tags=["stage-map"]
# The model is the same as before, but now it gets a single text, and someone is waiting for the
# answer.

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="realtime")

# %% tags=["setup"]
import numpy as np

from lessons_lib import (
    BatchPredictor,
    FoldedPipeline,
    RealTimePredictor,
    SentimentPipeline,
    demo_texts,
    show_outcome,
)
from lessons_lib.lesson.notebooks import calls

# %% tags=["setup"]
pipeline = SentimentPipeline.load()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# Whenever the text changes, the box makes a **real-time call**. Does a list come back, or a single
# prediction? Look at the first number of each shape, too. The last line makes a batch call with the
# same text, for comparison.

# %% tags=["code"]
realtime = RealTimePredictor(pipeline)
print(realtime.predict("I love sunny days"))
ids = pipeline.encode(pipeline.preprocess(["I love sunny days"]))
vectors = pipeline.lookup(ids)
probabilities = pipeline.infer(vectors, ids)
print(ids.shape, "->", vectors.shape, "->", probabilities.shape)
print(BatchPredictor(pipeline).predict(["I love sunny days"]))

# %% [markdown] tags=["prose"]
# A real-time call takes one text, a string, and returns one prediction. Only the batch call has a
# list around it. Inside, a single text goes through every stage as a batch of one, so each shape
# begins with a one. The model is the same, and so is the answer.
#
# What if the text is in a list?

# %% tags=["code"]
try:
    realtime.predict(["Hello world"])
except TypeError as error:
    print("TypeError:", error)

# %% [markdown] tags=["prose"]
# The predictor could have labeled the only text in the list. But whoever passes a list expects a
# list back, and the mix-up would cause an error later, far from its cause. So it fails right here,
# and the message says what to pass.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference", "calls")

# %% [markdown] tags=["prose"]
# Someone who is waiting cares about **latency**, the time from the request to the answer. People
# notice delays of well under a second, so services set a **latency budget**: the maximum time an
# answer may take, which the network, the wait in line, and the model share.
#
# Latency varies from call to call, so one number can't describe it. Sort a hundred calls from the
# fastest to the slowest: the latency in the middle is the **p50**. Ninety of them take no longer
# than the **p90**, and ninety-nine no longer than the **p99**.
#
# One slow call in a hundred may sound rare. But whoever types a comment of a hundred letters makes
# a hundred calls, and will probably meet one.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("slow-hundredth-of-the-box")

# %% [markdown] tags=["prose"]
# The code below times each call on its own, without a network. Its clock leaves out the time taken
# by other programs, so real waits can be longer. Look at the right end of the histogram.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
texts = demo_texts() * 10
latencies = {"textbook path": calls.latencies_ms(realtime.predict, texts)}
calls.plot_latencies(latencies, note=calls.machine_line(n=len(texts), warmup=5))
p50, p99 = np.percentile(latencies["textbook path"], [50, 99])
slowest = np.argsort(latencies["textbook path"])[-10:]
print(len({texts[call] for call in slowest}), "different texts among the ten slowest calls")
show_outcome("slow-hundredth-of-the-box", p99 / p50)

# %% [markdown] tags=["prose"]
# Each text was sent ten times. If long texts were the reason, the same one or two would fill the
# ten slowest places. Instead, there are many different ones: it's the moment that makes a call
# slow, not the text. So judge a service by the p99 of many calls.
#
# Most of a textbook call is the fixed cost of a pass, such as preparing arrays and starting each
# operation, and a single text has to pay for all of it. The folded path of
# [the previous notebook](06_batch_inference.ipynb) avoids most of that cost: for a single text, a
# few additions in plain Python replace the arrays. How much is then left for batches to share?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("batches-on-the-folded-path")

# %% [markdown] tags=["prose"]
# The code below runs the same texts in both modes on each path. Which path gains more from batches?

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
folded = FoldedPipeline.load()
paths = {
    path: calls.time_in_turn(calls.jobs_by_mode(one, texts), progress=calls.progress_bar)
    for path, one in {"textbook": pipeline, "folded": folded}.items()
}
calls.plot_modes(paths, n_texts=len(texts), note=calls.machine_line(n=len(texts), rounds=5))
one_by_one, in_batches = (np.median(paths["folded"][mode]) for mode in ("real-time", "batch"))
show_outcome("batches-on-the-folded-path", one_by_one / in_batches)

# %% [markdown] tags=["prose"]
# The larger the fixed cost, the more a batch saves. Even so, a single text is better off with a
# real-time call, because its answer doesn't have to wait for other texts.
#
# So far, the model was a function in the same program. The comment box runs in a browser and
# reaches the model at an **endpoint**, an address that answers requests over a network. The two
# real-time bars of the last plot show how far the folded path is ahead as a function. How much of
# that lead is left at an endpoint?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("lead-at-an-endpoint")

# %% [markdown] tags=["prose"]
# The code below puts each path behind an endpoint on this machine, and calls it over a connection
# that stays open, and over a new one for each text. Waiting counts now, so an ordinary clock times
# the calls.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
waits = calls.time_ways({"textbook": pipeline, "folded": folded}, texts[:200])
calls.plot_ways(waits, note=calls.machine_line(n=200, warmup=5))
textbook_ms, folded_ms = (ways["open connection"].p50_ms for ways in waits.values())
show_outcome("lead-at-an-endpoint", textbook_ms / folded_ms)

# %% [markdown] tags=["prose"]
# For each way to call, compare the dots of the two paths. As a function, the folded path is far
# ahead. At an endpoint, both paths pay for the connection, so little of that lead is left. A new
# connection for each text costs more time than the whole model, so callers keep theirs open. A real
# network adds to every request.
#
# All of that counts against the latency budget. A low p50 can hide many slow answers, so compare
# the budget with the p99.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference", "latency-budget")

# %% [markdown] tags=["prose"]
# An answer may also never come. A caller therefore sets a **request timeout**, the longest time
# that it waits, and decides in advance what happens then. The box lets the comment through without
# a warning, and a nightly job labels it. Asking again at once would only give a slow server more to
# do.
#
# Which mode fits depends on who is waiting:
#
# | the task | choose | because |
# |---|---|---|
# | label the night archive | batch | nobody is waiting for a single answer |
# | warn a person before a comment is sent | real-time | one person is waiting right now |
# | answer many people at the same time | micro-batching | they share a pass |
#
# Many services combine the modes, so that few people have to wait for a model. Micro-batching is
# [notebook 09](09_micro_batching.ipynb)'s subject.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference", "choosing-a-mode")

# %% [markdown] tags=["try-it"]
# **Try it.** Finish the comment below, first as a happy viewer and then as an angry one. The
# explorer makes a real-time call whenever the text changes. Which word flips the label?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show

show("explorer", text="The second half was")

# %% [markdown] tags=["check"]
# **Check yourself.** Which shapes does a single text produce, and which mode fits which task?

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference")

# %% [markdown] tags=["key-insight"]
# > Real-time inference takes one text and answers right away. Choose it when someone is waiting.
# > Choose batch inference when you have all the texts and nobody is waiting for any single answer.

# %% [markdown] tags=["next"]
# The box now answers in time. But readers complain that it warned them about friendly comments and
# let rude ones through: when can the desk trust a label?
#
# ${next}
