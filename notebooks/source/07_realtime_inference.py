# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# The same model, and one text. Someone is waiting.

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

# %% [markdown] tags=["prose"]
# A **real-time call** takes one text, a string. It gives one prediction, at once. There is no
# list around it. Inside, the text still goes through every stage. It is a batch of one, so a one
# stands in front of each shape.

# %% tags=["code"]
realtime = RealTimePredictor(pipeline)
print(realtime.predict("I love sunny days"))
ids = pipeline.encode(pipeline.preprocess(["I love sunny days"]))
vectors = pipeline.lookup(ids)
probabilities = pipeline.infer(vectors, ids)
print(ids.shape, "->", vectors.shape, "->", probabilities.shape)
print("->", pipeline.decide(probabilities)[0])

# %% [markdown] tags=["prose"]
# A common slip is to pass a list with one text in it. The predictor refuses it. Run the cell:
# the error says what is expected, what came, and where the other mode is.

# %% tags=["code", "raises-exception"]
input_text = ["Hello world"]
prediction = realtime.predict(input_text)

# %% [markdown] tags=["prose"]
# To mend it, pass the string. Then both modes agree, since both run the same model. Only the
# way of asking differs.

# %% tags=["code"]
print("real-time:", realtime.predict("Hello world").label)
print("batch:    ", BatchPredictor(pipeline).predict(["Hello world"])[0].label)

# %% [markdown] tags=["prose"]
# The model can also be **folded**: the head is multiplied into each word's vector beforehand.
# Each word then brings ${classes} shares, and their mean leads to the label. A trace shows the
# same shares, each divided by the number of words already: with the bias, they add up to the
# scores. The answer stays the same.

# %% tags=["code"]
trace, folded = pipeline.trace("I love sunny days"), FoldedPipeline.load()
for token, shares in zip(trace.tokens, trace.shares, strict=True):
    print(f"{token:6}", "  ".join(f"{share:+.2f}" for share in shares))
print("bias  ", "  ".join(f"{start:+.2f}" for start in trace.bias))
print("folded:", RealTimePredictor(folded).predict("I love sunny days"))

# %% [markdown] tags=["prose"]
# The person who waits cares about **latency**: the time from asking to the answer. It varies
# from call to call, so one number is not enough. Half of the calls were faster than the
# **p50**, nine in ten faster than the **p90**. The **p99** tells about the unlucky ones. Look
# at how far apart they are, and at what the folded path saves: the fixed cost of a pass.

# %% tags=["code", "nbval-ignore-output"]
texts = demo_texts() * 10
latencies = {
    "textbook path": latencies_ms(realtime.predict, texts),
    "folded path": latencies_ms(RealTimePredictor(folded).predict, texts),
}
plot_latencies(latencies, note=machine_line(n=len(texts), warmup=5))

# %% [markdown] tags=["prose"]
# Each call pays its fixed cost by itself. That is why asking one by one is slow for a large
# archive, and still the right way for a single text: its answer does not wait for others.
# Compare the modes on the same path.
#
# | the task | choose | because |
# |---|---|---|
# | label last year's reviews tonight | batch | nobody waits for a single answer |
# | warn a user before a message is sent | real-time | one person waits, now |
# | answer many users at once | micro-batching, a mix | requests wait briefly and run together |

# %% tags=["code", "nbval-ignore-output"]
paths = {
    "textbook": time_in_turn(jobs_by_mode(pipeline, texts), progress=progress_bar),
    "folded": time_in_turn(jobs_by_mode(folded, texts), progress=progress_bar),
}
plot_modes(paths, n_texts=len(texts), note=machine_line(n=len(texts), rounds=5))

# %% [markdown] tags=["try-it"]
# **Try it.** Type a message as a user would. The explorer makes a real-time call at each
# change. Does the label flip while you type?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_explorer

show_explorer(text="The movie was")

# %% [markdown] tags=["check"]
# **Check yourself.** Which call is right, which shape comes out, and which mode fits the task?
# Your answers are kept on this machine, and come back when you do.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference")

# %% [markdown] tags=["key-insight"]
# > Real-time inference takes one text and answers at once. Choose it when someone waits; choose
# > batch when there is a pile and the time to work through it.

# %% [markdown] tags=["next"]
# ${next}
