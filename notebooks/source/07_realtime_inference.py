# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# The model is the same as before, but now it gets a single text, and someone is waiting for the
# answer.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages(here="realtime")

# %% tags=["setup"]
from lessons_lib import (
    BatchPredictor,
    FoldedPipeline,
    RealTimePredictor,
    SentimentPipeline,
    demo_texts,
    jobs_by_mode,
    latencies_ms,
    machine_line,
    plot_latencies,
    plot_modes,
    progress_bar,
    time_in_turn,
)

pipeline = SentimentPipeline.load()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you run it:** one text goes in. Does a list come back, or a single prediction?

# %% tags=["code"]
realtime = RealTimePredictor(pipeline)
print(realtime.predict("I love sunny days"))
ids = pipeline.encode(pipeline.preprocess(["I love sunny days"]))
vectors = pipeline.lookup(ids)
probabilities = pipeline.infer(vectors, ids)
print(ids.shape, "->", vectors.shape, "->", probabilities.shape)
print("->", pipeline.decide(probabilities)[0])

# %% [markdown] tags=["prose"]
# A **real-time call** takes one text, a string, and returns one prediction right away, without a
# list around it. Inside, the text still goes through every stage as a batch of one, which is why
# each shape begins with a one.
#
# A common mistake is to pass a list that contains one text. The predictor refuses it. Run the next
# cell and read the error: it says what was expected, what was passed, and which predictor accepts
# lists.

# %% tags=["code", "raises-exception"]
input_text = ["Hello world"]
prediction = realtime.predict(input_text)

# %% [markdown] tags=["prose"]
# Pass the string itself, and the call works. Both modes run the same model, so they agree on the
# label; only the form of the call differs.

# %% tags=["code"]
print("real-time:", realtime.predict("Hello world").label)
print("batch:    ", BatchPredictor(pipeline).predict(["Hello world"])[0].label)

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference", "calls")

# %% [markdown] tags=["prose"]
# The **folded path** works for single texts too. The head has already been multiplied into the
# word vectors, so each word contributes just three numbers. A trace of the textbook path shows
# the same contributions, already divided by the number of words. Together with the bias, they add
# up to the scores of the classes, and both paths arrive at the same prediction.

# %% tags=["code"]
trace, folded = pipeline.trace("I love sunny days"), FoldedPipeline.load()
for token, shares in zip(trace.tokens, trace.shares, strict=True):
    print(f"{token:6}", "  ".join(f"{share:+.2f}" for share in shares))
print("bias  ", "  ".join(f"{start:+.2f}" for start in trace.bias))
print("folded:", RealTimePredictor(folded).predict("I love sunny days"))

# %% [markdown] tags=["prose"]
# Someone who is waiting cares about **latency**, the time from the request to the answer. We
# measure it at the server; users also wait for the network. Latency varies from call to call, so a
# single number isn't enough. Half of the calls are at or below the **p50**, nine in ten are at or
# below the **p90**, and the **p99** tells you how slow it gets for the unlucky few. Look at how
# far apart they are. Which path do you expect to be faster?

# %% tags=["code", "nbval-ignore-output"]
texts = demo_texts() * 10
latencies = {
    "textbook path": latencies_ms(realtime.predict, texts),
    "folded path": latencies_ms(RealTimePredictor(folded).predict, texts),
}
plot_latencies(latencies, note=machine_line(n=len(texts), warmup=5))

# %% [markdown] tags=["prose"]
# A real-time call can't share the fixed cost of a pass with other texts. The folded path removes
# most of that cost. Over many texts, fixed costs add up. How much of a difference does sharing them
# make? The next cell runs the same texts in both modes, on each path.

# %% tags=["code", "nbval-ignore-output"]
paths = {
    "textbook": time_in_turn(jobs_by_mode(pipeline, texts), progress=progress_bar),
    "folded": time_in_turn(jobs_by_mode(folded, texts), progress=progress_bar),
}
plot_modes(paths, n_texts=len(texts), note=machine_line(n=len(texts), rounds=5))

# %% [markdown] tags=["prose"]
# Batch gets through the texts faster on both paths. Even so, a single text is better off with a
# real-time call, because its answer doesn't have to wait for other texts.
#
# | the task | choose | because |
# |---|---|---|
# | label last year's reviews tonight | batch | nobody is waiting for a single answer |
# | warn a user before a message is sent | real-time | one person is waiting right now |
# | answer many users at the same time | micro-batching | requests wait briefly and share a pass |
#
# Many services combine the modes. A nightly batch job can store labels in advance, so that reading
# one later takes almost no time. But stored labels become stale: texts that arrived since then
# have none, and a new model would label some of the old ones differently. A **cache** keeps the
# answers of earlier real-time calls and returns them when the same text arrives again. Once the
# model changes, the old answers must no longer be used.
#
# People notice delays of well under a second, so services set a **latency budget**: the maximum
# time an answer may take. The network, the queue, and the model all have to share it. To check
# whether a service stays within its budget, look at a high percentile such as the p99, because a
# low p50 can hide many slow answers.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference", "choosing-a-mode")

# %% [markdown] tags=["try-it"]
# **Try it.** Finish the message below, first as a happy customer and then as an angry one. The
# explorer makes a real-time call whenever the text changes. Does the label flip while you type?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_explorer

show_explorer(text="My order came")

# %% [markdown] tags=["check"]
# **Check yourself.** Which shapes does a single text produce, and which mode fits which task?

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference")

# %% [markdown] tags=["key-insight"]
# > Real-time inference takes one text and answers right away. Choose it when someone is waiting.
# > Choose batch inference when the texts are all there and there is time to work through them.

# %% [markdown] tags=["next"]
# ${next}
