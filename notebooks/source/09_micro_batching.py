# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# The model is the same as before. What changes is the traffic: many people send one text each, at
# about the same time, and none of them knows about the others.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages(here="realtime")

# %% tags=["setup"]
import asyncio
from functools import partial

from lessons_lib import (
    BatchingPolicy,
    BatchPredictor,
    CostModel,
    HeavierPipeline,
    MicroBatchPredictor,
    SentimentPipeline,
    demo_texts,
    judge_simulation,
    machine_line,
    measure_microbatch_cost,
    plot_simulated_and_measured,
    progress_bar,
    simulate,
    simulated_and_measured,
)

pipeline = SentimentPipeline.load()
texts = demo_texts()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you run it:** twenty people send a text at the same moment. The model accepts at most
# eight texts per pass. How many passes will there be, and how many texts will each one contain?

# %% [markdown] tags=["prose"]
# In **micro-batching**, each caller passes one text and waits for one answer, as in real-time
# inference. Behind that call, requests wait in a queue for a moment and then share a pass. Two
# settings control it: the **maximum batch size** limits how many texts share a pass, and the
# **batch wait timeout** limits how long the oldest text waits for others.
#
# Calls to this predictor are asynchronous. `await asyncio.gather(...)` starts all twenty calls
# together and continues when every one of them has its answer.

# %% tags=["code"]
micro = MicroBatchPredictor(pipeline, max_batch_size=8, batch_wait_timeout_s=0.005)
twenty = texts[:20]
answers = await asyncio.gather(*(micro.predict(text) for text in twenty))
print(len(answers), "answers, from batches of", micro.batch_sizes)
print("same as in batch:", answers == BatchPredictor(pipeline, batch_size=8).predict(twenty))

# %% [markdown] tags=["prose"]
# Two batches were full and started without waiting for the timeout. The last four texts waited
# until it expired and then ran as a smaller batch. Every caller got the prediction for their own
# text and never noticed the others.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("09_micro_batching", "two-settings")

# %% [markdown] tags=["prose"]
# What does the waiting cost? Let's simulate it on a **virtual clock**, with a cost model simple
# enough to check in your head: a pass takes two milliseconds, plus a tenth of a millisecond for
# each text in it.

# %% tags=["code"]
cost = CostModel(fixed_s=0.002, per_text_s=0.0001)
policy = BatchingPolicy(max_batch_size=8, batch_wait_timeout_s=0.005)
alone, eight = simulate([0.0], cost, policy), simulate([0.0] * 8, cost, policy)
for name, run in {"one request": alone, "eight at once": eight}.items():
    print(f"{name:13}: {run.queue_ms[0]:.1f} ms in the queue + {run.service_ms[0]:.1f} ms service")

# %% [markdown] tags=["prose"]
# The single request waits for the full timeout, and nobody joins it. Eight requests at once fill
# a batch, so it starts immediately. **Latency is queueing plus service time**, and the two
# settings decide how much of it is queueing.
#
# The benefit shows under load. The texts of a batch share its fixed cost, so larger batches
# answer more texts per second. With a maximum batch size, throughput has an upper limit, the
# **saturation rate** (*saturation* for short). It is reached when the model is always busy and
# every batch is full.

# %% tags=["code"]
for size in (1, 2, 8, 32):
    service_ms = 1000 * cost.service_s(size)
    print(f"batches of {size:2}: {service_ms:.1f} ms, {cost.texts_per_s(size):6,.0f} texts/s")

# %% [markdown] tags=["prose"]
# If requests arrive faster than that, the queue grows for as long as the overload lasts, and so
# does the wait of everyone who joins it. No timeout setting helps. Either capacity has to grow
# (larger batches, another replica, a faster model), or some requests have to be refused early,
# while their callers can still do something else. Our predictor refuses a request when
# `max_queue` others are already waiting. In an overload, judge a server by its **goodput**: the
# number of answers per second that still arrive in time.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("09_micro_batching", "saturation")

# %% [markdown] tags=["prose"]
# Now for real measurements. The lessons' model is so small that the queue around it takes more
# time than the model itself. From here on, we therefore use a **heavier model**: the same pass
# run ${heavier_passes} times over, which gives the same answers at the cost of a much larger
# model. We send it batches of several sizes and fit a line to the times: a fixed part, plus a part
# per text.

# %% tags=["code", "nbval-ignore-output"]
serve = partial(MicroBatchPredictor, HeavierPipeline(pipeline))
async with serve(max_batch_size=32, batch_wait_timeout_s=0) as idle:
    cost = await measure_microbatch_cost(idle.predict, texts)
print("heavier model:", cost)

# %% [markdown] tags=["prose"]
# With this cost model, the simulation predicts the latency under load. Then exactly the same
# requests are sent to a real predictor. Look for the load at which the dots leave the lines. Up
# to ${trusted_load} of saturation, both agree to within a factor of ${trusted_factor} on a quiet
# machine. Closer to saturation, a small error in the cost turns into a long queue, so the two no
# longer agree.

# %% tags=["code", "nbval-ignore-output"]
async with serve(max_batch_size=8, batch_wait_timeout_s=0.005) as server:
    runs = await simulated_and_measured(server.predict, texts, cost, policy, progress=progress_bar)
saturation = cost.texts_per_s(policy.max_batch_size)
plot_simulated_and_measured(runs, saturation_per_s=saturation, note=machine_line())
print(judge_simulation(runs, saturation_per_s=saturation))

# %% [markdown] tags=["prose"]
# Real inference servers call this *dynamic batching* and have the same two settings:
#
# | server | limits the texts per pass | limits the wait for others |
# |---|---|---|
# | here | `max_batch_size` | `batch_wait_timeout_s` |
# | NVIDIA Triton | `max_batch_size` | `max_queue_delay_microseconds` |
# | Ray Serve | `max_batch_size` | `batch_wait_timeout_s` |
# | LitServe | `max_batch_size` | `batch_timeout` |
#
# Watch the units: Triton counts in microseconds, the others in seconds. Triton also has a
# setting `preferred_batch_size`: a smaller batch waits, up to the limit, to reach that size.
#
# The clocks differ, too. Our timeout starts when a request arrives. In some servers, it starts
# only when a worker is free, so a request can wait for the running pass and then for the timeout.

# %% [markdown] tags=["try-it"]
# **Try it.** Take the tour of the heavier model's queue, from an idle server to a timeout that is
# far too long. Each stop plays by itself and says what to look for. Then move one slider at a
# time. What does the timeout cost when few requests arrive, and what does it gain when many do?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_queue

show_queue()

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
# ${next}
