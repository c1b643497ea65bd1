# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# It's premiere night: everyone posts at once, and thousands of comments per second reach the
# comment box. Running a pass for each of them takes too long, but nobody will wait for a pile to
# build up.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("in-time-when-all-wait")

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="realtime")

# %% tags=["setup"]
from lessons_lib import (
    BatchPredictor,
    MicroBatchPredictor,
    SentimentPipeline,
    demo_texts,
    load_heavier,
    machine_line,
    show_outcome,
)
from lessons_lib.lesson.notebooks import queues

# %% tags=["setup"]
pipeline = SentimentPipeline.load()
texts = demo_texts()

# %% [markdown] tags=["setup"]
# ${run_setup} The calls in this notebook are asynchronous: `await` pauses the code until an answer
# arrives, while other calls continue.

# %% [markdown] tags=["prose"]
# In **micro-batching**, each caller passes one text and waits for one answer, as in real-time
# inference. Behind that call, requests wait in a queue for a moment and then share a pass. Two
# settings control it: the **maximum batch size** limits how many texts share a pass, and the
# **batch wait timeout** limits how long the oldest text waits for others.

# %% tags=["code"]
micro = MicroBatchPredictor(pipeline, max_batch_size=8, batch_wait_timeout_s=0.02)
answers = await queues.send_together(micro, texts[:20])
print("passes of", *micro.batch_sizes, "texts")
print("same as in batch:", answers == BatchPredictor(pipeline, batch_size=8).predict(texts[:20]))

# %% [markdown] tags=["prose"]
# `send_together` makes all the calls at the same time. Every caller got the prediction for their
# own text and never noticed the others.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("the-lone-request")

# %% [markdown] tags=["prose"]
# What does the waiting cost? Let's simulate it on a **virtual clock**, which skips the actual
# waiting.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
cost = queues.CostModel(fixed_s=0.010, per_text_s=0.001)
policy = queues.BatchingPolicy(max_batch_size=8, batch_wait_timeout_s=0.020)
alone, eight = (queues.simulate([0.0] * n, cost, policy) for n in (1, 8))
for name, run in {"one request": alone, "eight at once": eight}.items():
    print(f"{name:13}: {run.queue_ms[0]:.0f} ms in the queue + {run.service_ms[0]:.0f} ms service")
show_outcome("the-lone-request", f"after {alone.latency_ms[0]:.0f} ms")

# %% [markdown] tags=["prose"]
# Eight requests together fill a batch, so it starts immediately. **Latency is queueing plus service
# time**, and the two settings decide how much of it is queueing.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("09_micro_batching", "two-settings")

# %% [markdown] tags=["prose"]
# The texts of a batch share its fixed cost, so larger batches answer more texts per second. With a
# maximum batch size, throughput has an upper limit, the **saturation rate** (*saturation* for
# short). It is reached when the model is always busy and every batch is full.

# %% tags=["code"] jupyter={"source_hidden": true}
for size in (1, 2, 8, 32):
    service_ms = 1000 * cost.service_s(size)
    print(f"batches of {size:2}: {service_ms:.0f} ms, {cost.texts_per_s(size):5,.0f} texts/s")

# %% [markdown] tags=["prose"]
# How close to saturation may a server run? The process in it that runs the passes, one after
# another, is its *worker*. The share of time in which that is busy is called **utilization**. For
# simplicity, the next requests run one by one.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("wait-at-ninety-percent")

# %% [markdown] tags=["prose"]
# The simulation sends a hundred thousand requests at random moments, first at half of the
# saturation rate, and then at nine tenths of it.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
one_by_one, most_per_s = queues.BatchingPolicy(max_batch_size=1), cost.texts_per_s(1)
half = queues.simulate(queues.poisson(0.5 * most_per_s, 100_000), cost, one_by_one)
nearly = queues.simulate(queues.poisson(0.9 * most_per_s, 100_000), cost, one_by_one)
print(f"mean wait: {half.queue_ms.mean():.1f} ms, then {nearly.queue_ms.mean():.1f} ms")
show_outcome("wait-at-ninety-percent", nearly.queue_ms.mean() / half.queue_ms.mean())

# %% tags=["explore"]
from lessons_lib import show

show("utilization")

# %% [markdown] tags=["prose"]
# On a busy server, halving the spare time roughly doubles the wait. That's why servers are planned
# with some capacity in reserve. With micro-batching, compare the arrival rate with saturation
# instead: a worker whose batches aren't full can be busy nearly all the time and still have such a
# reserve.
#
# Premiere night goes beyond that: requests arrive faster than the server can answer. Here is such a
# peak on the virtual clock, with micro-batching and without any limit on the queue.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
rate = 1.5 * cost.texts_per_s(8)
night = queues.simulate(queues.poisson(rate, round(20 * rate)), cost, policy)
n = len(night.latency_ms)
print(f"{night.texts_per_s:.0f} answers per second, p99 of {n:,}: {night.p99_ms / 1000:.0f} s")
show_outcome("in-time-when-all-wait", 100 * (night.latency_ms <= 500).mean())

# %% [markdown] tags=["prose"]
# The queue grows for as long as the overload lasts, and so does the wait of everyone who joins it.
# So judge an overloaded server by its **goodput**: the number of answers per second that still
# arrive in time. What could it do instead?

# %% tags=["explore"]
from lessons_lib import show

show("overload")

# %% [markdown] tags=["prose"]
# No timeout setting helps here. Either capacity has to grow (larger batches, another replica, or a
# faster model), or some requests have to be refused early, while their callers can still do
# something else. Our predictor refuses a request when `max_queue` others are already waiting. That
# limit must be low: at most as many requests as can be answered before their callers lose patience
# and leave. A server often doesn't notice that, and
# [works in vain](https://aws.amazon.com/builders-library/using-load-shedding-to-avoid-overload/).

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("09_micro_batching", "saturation")

# %% [markdown] tags=["prose"]
# Does a real queue behave like the simulated one? The lessons' model is so small that the queue
# around it takes more time than the model itself. So from here on, we use a heavier model: the
# transformer of [notebook 15](15_when_batching_loses.ipynb) if it's on this machine, or else a
# stand-in that takes longer per pass. The code below measures what a pass costs, simulates the
# latency under load, and then sends exactly the same requests to a real predictor.
#
# Look for the load at which the dots leave the lines. Up to ${trusted_load} of saturation, both
# agree to within a factor of ${trusted_factor} on a quiet machine. Closer to it, a small error in
# the cost turns into a long queue.

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
heavier, policy, bar = load_heavier(pipeline), queues.BatchingPolicy(8, 0.005), queues.progress_bar
async with MicroBatchPredictor(heavier, max_batch_size=32, batch_wait_timeout_s=0) as idle:
    cost = await queues.measure_microbatch_cost(idle.predict, texts)
async with MicroBatchPredictor(heavier, max_batch_size=8, batch_wait_timeout_s=0.005) as server:
    runs = await queues.simulated_and_measured(server.predict, texts, cost, policy, progress=bar)
queues.plot_simulated_and_measured(runs, saturation_per_s=cost.texts_per_s(8), note=machine_line())
verdict = queues.judge_simulation(runs, saturation_per_s=cost.texts_per_s(8))
print(f"Measured: {queues.name_of(heavier)}, {cost}.", verdict, sep="\n")

# %% [markdown] tags=["prose"]
# Production servers call this *dynamic* or *adaptive batching*. They differ in when they close a
# batch, after which nothing can join it. Most wait for a free worker. Ray Serve doesn't: it closes
# a batch when it's full or its timeout has ended, even during a pass.
#
# <details><summary>What six servers call it, and when they close a batch</summary>
#
# In all of them, `max_batch_size` limits the texts per pass.
#
# | server | limits the wait | closes a batch when |
# |---|---|---|
# | here | `batch_wait_timeout_s` | it's full or its timeout has ended, and a worker is free |
# | [NVIDIA Triton][triton] | `max_queue_delay_microseconds` | the same |
# | [LitServe][litserve] | `batch_timeout`, in s | the same, but a free worker starts the timeout |
# | [mosec][mosec] | `max_wait_time`, in ms | the same, but a worker's first text starts it |
# | [BentoML][bentoml] | `max_latency_ms` | a worker is free, after a wait that it adapts |
# | [Ray Serve][ray] | `batch_wait_timeout_s` | it's full or its timeout has ended, even in a pass |
#
# BentoML's limit includes the pass, and requests that would exceed it are refused.
#
# </details>
#
# [triton]: <https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/batcher.html>
# [ray]: <https://docs.ray.io/en/latest/serve/advanced-guides/dyn-req-batch.html>
# [litserve]: <https://lightning.ai/docs/litserve/features/batching>
# [bentoml]: <https://docs.bentoml.com/en/latest/get-started/adaptive-batching.html>
# [mosec]: <https://mosecorg.github.io/mosec/reference/interface.html>

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("shorter-timeout-in-ray")

# %% [markdown] tags=["prose"]
# Let's simulate Ray's rule for ten seconds, with each timeout.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
for timeout_s in (0.050, 0.002):
    policy = queues.BatchingPolicy(8, timeout_s, closes_while_busy=True)
    run = queues.simulate(queues.poisson(700, 7_000), queues.CostModel(0.008, 0), policy)
    print(f"{run.batch_sizes.mean():.1f} texts per batch, p99 of 7,000: {run.p99_ms:,.0f} ms")
show_outcome("shorter-timeout-in-ray", run.p99_ms / 1000)

# %% [markdown] tags=["prose"]
# With the short timeout, Ray's batches are closed before they are full, even though none of them
# can run yet. With our rule, the next batch stays open during a pass and holds whatever arrives in
# that time. In Ray Serve, choose a timeout of at least twice the time that a full batch takes.

# %% [markdown] tags=["try-it"]
# **Try it.** Take the tour of the heavier model's queue. Then move one slider at a time. What does
# the timeout cost when few requests arrive, and what does it gain when many do? At *Busy*, shorten
# the timeout, and then switch to Ray's rule.
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show

show("queue")

# %% [markdown] tags=["check"]
# **Check yourself.** When does a batch start, what do the settings cost, and what should a server
# do when it is overloaded?

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("09_micro_batching")

# %% [markdown] tags=["key-insight"]
# > Micro-batching lets requests wait briefly so that they can share a pass. It trades latency for
# > throughput, and it pays off when many requests arrive at about the same time.

# %% [markdown] tags=["next"]
# The desk now has three ways to label a text. What does each of them cost at the end of the month,
# and which one suits which task?
#
# ${next}
