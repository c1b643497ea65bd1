# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# The desk's site has a comment box that warns people before they send something unfriendly. While
# it decides about one text, one person is looking at the screen.

# %% tags=["explore"]
from lessons_lib import show_comment_box

show_comment_box()

# %% [markdown] tags=["stage-map"]
# The model is the same as before, but now it gets a single text, and someone is waiting for the
# answer.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages(here="realtime")

# %% tags=["setup"]
from functools import lru_cache

import numpy as np

from lessons_lib import (
    BatchPredictor,
    FoldedPipeline,
    RealTimePredictor,
    SentimentPipeline,
    demo_texts,
    jobs_by_mode,
    latencies_ms,
    machine_line,
    pass_sizes,
    plot_crossings,
    plot_latencies,
    plot_modes,
    progress_bar,
    show_outcome,
    time_in_turn,
)

# %% tags=["setup"]
pipeline = SentimentPipeline.load()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# The box makes a **real-time call** whenever the text changes. Does a list come back, or a single
# prediction? The other lines send the same text through the stages; look at the first number of
# each shape.

# %% tags=["code"]
realtime = RealTimePredictor(pipeline)
print(realtime.predict("I love sunny days"))
ids = pipeline.encode(pipeline.preprocess(["I love sunny days"]))
vectors = pipeline.lookup(ids)
probabilities = pipeline.infer(vectors, ids)
print(ids.shape, "->", vectors.shape, "->", probabilities.shape)
print("->", pipeline.decide(probabilities)[0])

# %% [markdown] tags=["prose"]
# A real-time call takes one text, a string, and returns one prediction right away, without a list
# around it. Inside, the text still goes through every stage as a batch of one, which is why each
# shape begins with a one.
#
# What if the text is in a list? Read the last line of what the code below prints.

# %% tags=["code", "raises-exception"]
input_text = ["Hello world"]
prediction = realtime.predict(input_text)

# %% [markdown] tags=["prose"]
# The predictor refuses the list. Its message says what was expected, what was passed, and which
# predictor accepts lists. Pass the string itself, and the call works. Both modes run the same
# model, so they agree on the label. Only the form of the call and the number of passengers differ.

# %% tags=["code"]
text, others = "Hello world", demo_texts()[:7]
print("real-time:", realtime.predict(text).label)
print("batch:    ", BatchPredictor(pipeline).predict([text, *others])[0].label)
plot_crossings({"real-time": pass_sizes(1), "batch": pass_sizes(1 + len(others))})

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference", "calls")

# %% [markdown] tags=["prose"]
# Someone who is waiting cares about **latency**, the time from the request to the answer. We
# measure it at the server; users also wait for the network. Latency varies from call to call, so a
# single number isn't enough. Half of the calls are at or below the **p50**, nine in ten are at or
# below the **p90**, and the **p99** tells you how slow it gets for the unlucky few.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("slow-hundredth-of-the-box")

# %% [markdown] tags=["prose"]
# The code below times each call on its own. Look at the right end of the histogram.

# %% tags=["code", "answers-guess", "nbval-ignore-output"]
texts = demo_texts() * 10
latencies = {"textbook path": latencies_ms(realtime.predict, texts)}
plot_latencies(latencies, note=machine_line(n=len(texts), warmup=5))
p50, p99 = np.percentile(latencies["textbook path"], [50, 99])
slowest = np.argsort(latencies["textbook path"])[-10:]
print(len({texts[call] for call in slowest}), "different texts among the ten slowest calls")
show_outcome("slow-hundredth-of-the-box", p99 / p50)

# %% [markdown] tags=["prose"]
# Each text was sent ten times, so if only long texts were slow, the ten slowest calls would all
# belong to one or two of them. On a busy server, other work gets in the way more often. Run the
# code again: the p50 hardly moves, but the p99 does.
#
# Most of a textbook call isn't arithmetic. It's the fixed cost of a pass, such as preparing arrays
# and starting each operation, and a single text has to pay for all of it. The **folded path**
# removes most of that cost: the head is already multiplied into the word vectors, so a text needs
# three numbers per word and a few additions. How much is then left for batches to share?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("batches-on-the-folded-path")

# %% [markdown] tags=["prose"]
# This runs all texts in both modes, on each path.

# %% tags=["code", "answers-guess", "nbval-ignore-output"]
folded = FoldedPipeline.load()
paths = {
    "textbook": time_in_turn(jobs_by_mode(pipeline, texts), progress=progress_bar),
    "folded": time_in_turn(jobs_by_mode(folded, texts), progress=progress_bar),
}
plot_modes(paths, n_texts=len(texts), note=machine_line(n=len(texts), rounds=5))
one_by_one, in_batches = (np.median(paths["folded"][mode]) for mode in ("real-time", "batch"))
show_outcome("batches-on-the-folded-path", one_by_one / in_batches)

# %% [markdown] tags=["prose"]
# Compare the two paths: the larger the fixed cost, the more a batch saves. Even so, a single text
# is better off with a real-time call, because its answer doesn't have to wait for other texts.
#
# | the task | choose | because |
# |---|---|---|
# | label the night archive | batch | nobody is waiting for a single answer |
# | warn a person before a comment is sent | real-time | one person is waiting right now |
# | answer many people at the same time | micro-batching | requests wait briefly and share a pass |
#
# Many services combine the modes. A nightly batch job can store labels in advance, so that reading
# one later takes almost no time. But stored labels become stale: texts that arrived since then have
# none, and a new model would label some of the old ones differently.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("newest-without-a-label")

# %% [markdown] tags=["prose"]
# The code below simulates when comments arrive, and counts those without a label.

# %% tags=["code", "answers-guess"]
random = np.random.default_rng(seed=0)
hours = np.sort(random.uniform(3, 24 + 18, size=round(10_000 * 39 / 24)))  # 42: today, 6 p.m.
unlabeled = hours > 24 + 3
newest = unlabeled[-1_000:]
print(f"without a label: {unlabeled.mean():.0%} of all, {newest.mean():.0%} of the newest")
show_outcome("newest-without-a-label", 100 * newest.mean())

# %% [markdown] tags=["prose"]
# A **cache** keeps the answers of earlier real-time calls and returns them when the same text
# arrives again. Once the model changes, the old answers must no longer be used.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("hit-rate-of-a-cache")

# %% [markdown] tags=["prose"]
# Python has such a cache. When it's full, `lru_cache` forgets the answer that hasn't been used for
# the longest time.

# %% tags=["code", "answers-guess"]
popularity = 1 / np.arange(1, 1_001)
sent = random.choice(1_000, size=10_000, p=popularity / popularity.sum())
answer = lru_cache(maxsize=100)(RealTimePredictor(folded).predict)
for number in sent:
    answer(f"comment {number}")
show_outcome("hit-rate-of-a-cache", 100 * answer.cache_info().hits / len(sent))

# %% [markdown] tags=["prose"]
# People notice delays of well under a second, so services set a **latency budget**: the maximum
# time an answer may take. The network, the queue, and the model all have to share it. To check
# whether a service stays within its budget, look at a high percentile such as the p99, because a
# low p50 can hide many slow answers.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference", "choosing-a-mode")

# %% [markdown] tags=["try-it"]
# **Try it.** Finish the comment below, first as a happy viewer and then as an angry one. The
# explorer makes a real-time call whenever the text changes. Which word flips the label?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_explorer

show_explorer(text="The second half was")

# %% [markdown] tags=["check"]
# **Check yourself.** Which shapes does a single text produce, and which mode fits which task?

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference")

# %% [markdown] tags=["key-insight"]
# > Real-time inference takes one text and answers right away. Choose it when someone is waiting.
# > Choose batch inference when the texts are all there and there is time to work through them.

# %% [markdown] tags=["next"]
# The box now answers in time. But readers complain that it warned them about friendly comments and
# let rude ones through: when can the desk trust a label?
#
# ${next}
