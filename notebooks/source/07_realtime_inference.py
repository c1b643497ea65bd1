# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# The same model, and one text. Someone is waiting.

# %% tags=["stage-map"]
from lessons_lib.widgets.stage_map import StageMap

StageMap(here="realtime")

# %% tags=["setup"]
from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.pipeline import SentimentPipeline
from lessons_lib.inference.realtime import RealTimePredictor
from lessons_lib.text.demo import demo_texts
from lessons_lib.timing.latency import measure_latency, time_job
from lessons_lib.widgets.text_explorer import TextExplorer

pipeline = SentimentPipeline.load()

# %% [markdown] tags=["predict"]
# **Before you run it:** one text goes in. Does a list come back, or a single prediction?

# %% [markdown] tags=["prose"]
# A **real-time call** takes one text, a string. It gives one prediction, at once. There is no
# list around it.

# %% tags=["code"]
realtime = RealTimePredictor(pipeline)
prediction = realtime.predict("I love sunny days")
print(prediction)

# %% [markdown] tags=["prose"]
# Inside, the text still goes through every stage. It is a batch of one, so a one stands in
# front of each shape.

# %% tags=["code"]
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
# The person who waits cares about **latency**: the time from asking to the answer. Times vary
# from call to call, so one number is not enough. Half of the calls were faster than the
# **p50**. All but one in a hundred were faster than the **p99**, so it tells about the unlucky
# ones. Look at how far apart they are.

# %% tags=["code", "nbval-ignore-output"]
measure_latency(realtime.predict, demo_texts() * 5)

# %% [markdown] tags=["prose"]
# Each call pays the fixed cost of a pass by itself. That is why asking one by one is slow for a
# large archive, and still the right way for a single text: its answer does not wait for others.
#
# | the task | choose | because |
# |---|---|---|
# | label last year's reviews tonight | batch | nobody waits for a single answer |
# | warn a user before a message is sent | real-time | one person waits, now |
# | answer many users at once | micro-batching, a mix | requests wait briefly and run together |

# %% tags=["code", "nbval-ignore-output"]
texts = demo_texts() * 5
alone_s = time_job(lambda: [realtime.predict(text) for text in texts])
together_s = time_job(lambda: BatchPredictor(pipeline).predict(texts))
print(f"one by one: {len(texts) / alone_s:9,.0f} texts per second")
print(f"in batches: {len(texts) / together_s:9,.0f} texts per second")

# %% [markdown] tags=["try-it"]
# **Try it.** Type a message as a user would. The explorer makes a real-time call at each
# change. Does the label flip while you type?

# %% tags=["try-it"]
TextExplorer(trace=pipeline.trace, text="The movie was")

# %% [markdown] tags=["check"]
# **Check yourself.** Which call is right, which shape comes out, and which mode fits the task?
# Your answers are kept on this machine, and come back when you do.

# %% tags=["check"]
from lessons_lib.widgets.quiz_card import show_quiz

show_quiz("07_realtime_inference")

# %% [markdown] tags=["key-insight"]
# > Real-time inference takes one text and answers at once. Choose it when someone waits; choose
# > batch when there is a pile and the time to work through it.

# %% [markdown] tags=["next"]
# ${next}
