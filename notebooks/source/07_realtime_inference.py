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
# The box makes a **real-time call** whenever the text changes. Does a list come back, or a single
# prediction? The next lines send the same text through the stages; look at the first number of
# each shape. Both modes run the same model, so in the last line, a batch call agrees on the label.

# %% tags=["code"]
realtime = RealTimePredictor(pipeline)
print(realtime.predict("I love sunny days"))
ids = pipeline.encode(pipeline.preprocess(["I love sunny days"]))
vectors = pipeline.lookup(ids)
probabilities = pipeline.infer(vectors, ids)
print(ids.shape, "->", vectors.shape, "->", probabilities.shape)
print("->", pipeline.decide(probabilities)[0])
print("batch call:", BatchPredictor(pipeline).predict(["I love sunny days"])[0].label)

# %% [markdown] tags=["prose"]
# A real-time call takes one text, a string, and returns one prediction right away, without a list
# around it. Inside, the text still goes through every stage as a batch of one, which is why each
# shape begins with a one.
#
# What if the text is in a list?

# %% tags=["code"]
try:
    realtime.predict(["Hello world"])
except TypeError as error:
    print("TypeError:", error)

# %% [markdown] tags=["prose"]
# The predictor refuses the list. Its message says what was expected, what was passed, and which
# predictor accepts lists. Pass the string itself, and the call works.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference", "calls")

# %% [markdown] tags=["prose"]
# Someone who is waiting cares about **latency**, the time from the request to the answer. At first,
# we measure it without a network. Latency varies from call to call, so a
# single number isn't enough. Half of the calls are at or below the **p50**, nine in ten are at or
# below the **p90**, and the **p99** tells you how slow it gets for the unlucky few.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("slow-hundredth-of-the-box")

# %% [markdown] tags=["prose"]
# The code below times each call on its own. Its clock runs only while this program computes, so
# other programs on the machine don't count. Look at the right end of the histogram.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
texts = demo_texts() * 10
latencies = {"textbook path": calls.latencies_ms(realtime.predict, texts)}
calls.plot_latencies(latencies, note=calls.machine_line(n=len(texts), warmup=5))
p50, p99 = np.percentile(latencies["textbook path"], [50, 99])
slowest = np.argsort(latencies["textbook path"])[-10:]
print(len({texts[call] for call in slowest}), "different texts among the ten slowest calls")
show_outcome("slow-hundredth-of-the-box", p99 / p50)

# %% [markdown] tags=["prose"]
# Each text was sent ten times, so if only long texts were slow, the ten slowest calls would all
# belong to one or two of them. If you run the code again, the p50 hardly moves, but the p99 does.
#
# Most of a textbook call isn't arithmetic. It's the fixed cost of a pass, such as preparing arrays
# and starting each operation, and a single text has to pay for all of it. The **folded path** of
# [the previous notebook](06_batch_inference.ipynb) avoids most of that cost. How much is then left
# for batches to share?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("batches-on-the-folded-path")

# %% [markdown] tags=["prose"]
# This runs all texts in both modes, on each path.

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
# Compare the two paths: the larger the fixed cost, the more a batch saves. Even so, a single text
# is better off with a real-time call, because its answer doesn't have to wait for other texts.
#
# So far, the model was a function in the same program. The comment box runs in a browser and
# reaches the model at an **endpoint**, an address that answers requests over a network. The code
# below puts each path behind an endpoint on this machine, and calls it over a connection that stays
# open, and over a new one for each text. A request also waits, so now an ordinary clock has to time
# the calls, and on a busy machine, the last line says that they mean little. How much of the folded
# path's lead is left?

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
waits = calls.time_ways({"textbook": pipeline, "folded": folded}, texts[:200])
calls.plot_ways(waits, note=calls.machine_line(n=200, warmup=5))

# %% [markdown] tags=["prose"]
# Compare the dots of the two paths, one way at a time. Behind an endpoint, most of the time goes
# into the request, so little of the lead is left. And a real network adds to that.
#
# People notice delays of well under a second, so services set a **latency budget**: the maximum
# time an answer may take, which the network, the queue, and the model have to share. A low p50 can
# hide many slow answers, so compare the budget with the p99. An answer may also never come. A
# caller therefore sets a **request timeout**, the longest time that it waits, and decides in
# advance what happens then. The box lets the comment through without a warning, and a nightly job
# labels it. Asking again at once would only give a slow server more to do.
#
# | the task | choose | because |
# |---|---|---|
# | label the night archive | batch | nobody is waiting for a single answer |
# | warn a person before a comment is sent | real-time | one person is waiting right now |
# | answer many people at the same time | micro-batching | requests wait briefly and share a pass |
#
# Many services combine the modes: a nightly job stores labels in advance, a page only reads them,
# and a real-time call labels what is new.

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
