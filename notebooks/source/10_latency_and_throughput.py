# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# At the end of the month, the desk gets one bill for the night archive, the comment box, and
# premiere night. What does each mode cost, and which would you choose for each task?

# %% tags=["explore"]
from lessons_lib import show

show("lab-book")

# %% [markdown] tags=["stage-map"]
# In the map below, batch and real-time are the same model. They differ only in how many texts share
# a pass.

# %% tags=["stage-map"]
from lessons_lib import show

show("stages")

# %% tags=["setup"]
from functools import lru_cache

import numpy as np

from lessons_lib import (
    FoldedPipeline,
    RealTimePredictor,
    SentimentPipeline,
    load_corpus_or_demo,
    load_heavier,
    machine_line,
    measure_latency,
    preprocess,
    show,
    show_outcome,
)
from lessons_lib.lesson.notebooks import trade_off

# %% tags=["setup"]
pipeline = SentimentPipeline.load()
corpus = load_corpus_or_demo()
archive = corpus.archive()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# Once you've guessed, watch both modes label the archive, taking turns on one core. Each lane's
# clock runs only while that lane computes. You see the race in slow motion.

# %% tags=["explore"]
from lessons_lib import show

show("race")

# %% [markdown] tags=["prose"]
# Batch wins the race, but its first passengers wait for a whole batch. Between one text and a whole
# archive, there are many possible batch sizes. A larger batch handles more texts per second, but
# each of them waits longer for its answer. How far should you go?
#
# The code below times one batch of each size, and marks the **knee**. The gain shrinks, because
# throughput approaches a limit: the rate without any fixed cost. In these lessons, the knee is the
# batch size at which throughput reaches ${knee_share} of that limit. Beyond it, latency keeps
# growing, and there is little left to gain.

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
jobs = trade_off.one_batch_per_size(pipeline, archive, sizes=(1, 4, 16, 64, 256, 1_024, 4_096))
batches = trade_off.time_in_turn(jobs, rounds=15, least_s=0.005, progress=trade_off.progress_bar)
curve = trade_off.fit_frontier(batches)
trade_off.plot_frontier(batches, cost=curve, note=machine_line(rounds=15))
print(trade_off.read_frontier(batches))

# %% [markdown] tags=["prose"]
# The curve assumes that a batch has a fixed cost and a cost per text. It's only a fit: some dots
# lie above it, and others below, for instance where memory slows down a large batch
# ([notebook 06](06_batch_inference.ipynb)).

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("10_latency_and_throughput", "knee")

# %% [markdown] tags=["prose"]
# The bill at the end of the month has a row for each mode. From here on, we use the heavier model
# from the previous notebook: the transformer if it's on this machine, or else its stand-in. How
# much money are we talking about?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("cents-for-a-million")

# %% [markdown] tags=["prose"]
# You pay for a core by the hour, so the price of a million texts depends on how long they take. The
# code below measures what a batch costs on one core.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
heavier = load_heavier(pipeline)
costs = await trade_off.measure_modes(heavier, archive)
size = costs.batch_size
cents = 100 * trade_off.dollars_per_million(costs.batch.texts_per_s(size), core_hour=0.04)
print(f"in batches of {size}: {cents:.2g} cents per million texts")
show_outcome("cents-for-a-million", cents)

# %% tags=["explore"]
show("bill", costs)

# %% [markdown] tags=["prose"]
# With a small model and a small archive, it hardly matters which mode you pay for. With large ones,
# it can decide whether a product is profitable. Providers of large models pass on some of the
# savings: many charge [half the price](https://openrouter.ai/blog/announcements/batch-api) if they
# may answer at any time within a day.

# %% tags=["explore"]
from lessons_lib import show

show("half-price")

# %% [markdown] tags=["prose"]
# A price is easy to compare. For speed, you first have to say how the texts arrive, because that
# decides which number counts. MLPerf, a well-known benchmark for hardware, has a scenario for each
# of these:
#
# | how texts arrive | MLPerf's name | what counts |
# |---|---|---|
# | one user, who sends a text after the last answer: a **closed loop** | SingleStream | p90 |
# | many users, each at a random moment: **Poisson arrivals** | Server | p99 |
# | all of them are there from the start | Offline | texts per second |
#
# The code below measures each of them three times. In the second, half as many requests arrive as
# micro-batching can handle.

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
trade_off.display_table(await trade_off.measure_scenarios(heavier, archive[:200], costs))
print(machine_line())

# %% [markdown] tags=["prose"]
# The p99 of the second row is well above the latency of a lone call: a request waits up to the
# timeout for others, shares a longer pass with them, and may find the model busy after a burst.
#
# A team's own target, such as "the p99 stays below a tenth of a second at this rate", is called a
# **service-level objective** (SLO). A mean won't do as a target, because many fast calls can hide a
# few slow ones. The objective leaves an *error budget*: one call in a hundred may be slower. That
# sounds harmless, but some pages make many calls and can't appear before the last answer.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("page-of-200-calls")

# %% [markdown] tags=["prose"]
# If the calls are independent of each other, their probabilities multiply.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
for calls in (2, 10, 200):
    met = 100 * 0.99**calls
    print(f"{calls:3} calls: {met:.0f} % of the pages have only fast calls")
show_outcome("page-of-200-calls", met)

# %% tags=["explore"]
from lessons_lib import show

show("tail")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("10_latency_and_throughput", "arrivals")

# %% [markdown] tags=["prose"]
# Now it's your decision: choose a mode for each of the desk's tasks. A simulation with the costs
# measured above checks your choice; individual calls vary more. In the third task, requests arrive
# at four fifths of the highest rate that this machine can handle, one by one or in micro-batches.

# %% tags=["explore"] jupyter={"source_hidden": true}
most = max(costs.real_time.texts_per_s(1), costs.micro_batching.texts_per_s(8))
crowd = trade_off.ManyUsers(rate_per_s=0.8 * most, p99_ms=500)
tasks = {
    "archive": trade_off.Offline(texts=10_000),
    "one-person": trade_off.OnePerson(p99_ms=50),
    "crowd": crowd,
}
show("decisions", tasks, costs)

# %% [markdown] tags=["prose"]
# ## Answers that are already there
#
# Services also combine modes: a nightly job stores labels, and a page only reads them, which is
# faster than any call. How many of the newest texts have one?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("newest-without-a-label")

# %% [markdown] tags=["prose"]
# The code below simulates two days of comments, and counts those without a label. It does the same
# for a small job every few minutes, which is called **nearline inference**.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
random = np.random.default_rng(seed=0)
hours = np.sort(random.uniform(3, 24 + 18, size=round(10_000 * 39 / 24)))  # 42: today, 6 p.m.
for job, hour in {"5 minutes ago": 42 - 5 / 60, "at 3 a.m.": 24 + 3}.items():
    unlabeled = hours[-1_000:] > hour
    print(f"job {job}: {unlabeled.mean():.0%} of the newest 1,000 without a label")
show_outcome("newest-without-a-label", 100 * unlabeled.mean())

# %% [markdown] tags=["prose"]
# Stored labels become stale: texts that arrived since the last job have none, and a new model would
# label some of the old ones differently. In **streaming inference**, a worker labels texts as they
# arrive, although nobody is waiting. And a **cache** stores answers as they are computed, and
# returns them when the same text arrives again, until the model changes.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("repeats-among-our-texts")

# %% [markdown] tags=["prose"]
# Here, Python's `lru_cache` never forgets an answer. The share of requests that it can answer is
# its **hit rate**. The code also counts the texts with the same tokens as an earlier one.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
sent = [one.text for split in (corpus.train, corpus.validation, corpus.test) for one in split]
answer = lru_cache(maxsize=None)(RealTimePredictor(FoldedPipeline.load()).predict)
for text in sent:
    answer(text)
hits = answer.cache_info().hits
same = len(sent) - len({tuple(preprocess(text)) for text in sent})
print(f"{hits} of {len(sent):,} answers from the cache, {same} if it compared tokens")
show_outcome("repeats-among-our-texts", 100 * hits / len(sent))

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("07_realtime_inference", "stored-answers")

# %% [markdown] tags=["try-it"]
# **Try it.** Which mode fits a project of yours? Answer the questions for it, and then change one
# answer at a time: which of them would change the mode?

# %% tags=["try-it"]
from lessons_lib import show

show("mode-tree")

# %% [markdown] tags=["check"]
# **Check yourself.** Some of these questions use numbers from this machine. They belong to the
# lessons' model unless the question names the heavier one.

# %% tags=["check"] jupyter={"source_hidden": true}
jobs = trade_off.jobs_by_mode(pipeline, archive)
seconds = trade_off.time_in_turn(jobs, rounds=5)
latency = measure_latency(RealTimePredictor(pipeline).predict, archive[:1_000])
own = {"cost": curve, "heavier": costs.micro_batching, "latency": latency}
figures = trade_off.own_figures(seconds, n_texts=len(archive), batch_size=512, **own)
show_quiz("10_latency_and_throughput", figures=figures)

# %% tags=["check"]
from lessons_lib import show

show("journey")

# %% [markdown] tags=["key-insight"]
# > Latency and throughput pull against each other. First ask who is waiting and for how long, and
# > then measure on the machine that will do the work.

# %% [markdown] tags=["next"]
# **Further reading**
#
# - Overload: [Using load shedding to avoid overload](https://aws.amazon.com/builders-library/using-load-shedding-to-avoid-overload/)
#   and [Open versus closed: a cautionary tale](https://www.usenix.org/legacy/event/nsdi06/tech/schroeder.html)
# - Slow calls: [The tail at scale](https://research.google/pubs/the-tail-at-scale/)
# - Benchmarks: [MLPerf inference](https://arxiv.org/abs/1911.02549)
# - When batches help: [Hugging Face pipelines](https://huggingface.co/docs/transformers/main_classes/pipelines#pipeline-batching)
#   and why they change the last digits:
#   [Defeating nondeterminism in LLM inference](https://thinkingmachines.ai/blog/defeating-nondeterminism-in-llm-inference/)
# - Beyond batch and real-time:
#   [SageMaker's inference options](https://docs.aws.amazon.com/sagemaker/latest/dg/how-it-works-deployment.html)
#   and [Real-time machine learning](https://huyenchip.com/2022/01/02/real-time-machine-learning-challenges-and-solutions.html)
#
# Which mode would you choose for a project of your own, and could you defend that choice without
# looking anything up? Find out in the practice notebook.
#
# ${next}
