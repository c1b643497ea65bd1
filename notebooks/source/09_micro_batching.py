# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# The same model once more. Now many people ask, each with one text, and none knows of the
# others.

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
# **Before you run it:** twenty people ask at the same moment. The model takes at most eight
# texts a pass. How many passes will there be, and how many texts in each?

# %% [markdown] tags=["prose"]
# In **micro-batching** each caller passes one text and waits for one answer, as in real-time.
# Behind the call, texts wait briefly and run together, as in batch. Two settings decide. The
# **maximum batch size** says how many texts may share a pass. The **batch wait timeout** says
# how long the oldest text waits for company.

# %% tags=["code"]
micro = MicroBatchPredictor(pipeline, max_batch_size=8, batch_wait_timeout_s=0.005)
twenty = texts[:20]
answers = await asyncio.gather(*(micro.predict(text) for text in twenty))
print(len(answers), "answers, from batches of", micro.batch_sizes)
print("each its own:", answers == BatchPredictor(pipeline, batch_size=8).predict(twenty))

# %% [markdown] tags=["prose"]
# Two batches left full. The last four found no more company: when the timeout was over, they
# went as they were. Each caller got the answer to their own text, and saw nothing of the others.
#
# What does the waiting cost? We play it on a **virtual clock**, with a model that is easy to
# reckon with. A pass takes two milliseconds, and a tenth of a millisecond more for each text.

# %% tags=["code"]
cost = CostModel(fixed_s=0.002, per_text_s=0.0001)
policy = BatchingPolicy(max_batch_size=8, batch_wait_timeout_s=0.005)
alone, eight = simulate([0.0], cost, policy), simulate([0.0] * 8, cost, policy)
for name, run in {"one request": alone, "eight at once": eight}.items():
    print(f"{name:13}: {run.queue_ms[0]:.1f} ms in the queue + {run.service_ms[0]:.1f} ms service")

# %% [markdown] tags=["prose"]
# One request waits in vain: nobody comes. Eight at once fill the batch, and it leaves at once.
# Latency is **queueing plus service time**, and the policy trades one against the other.
#
# What is it good for? A full batch shares the fixed cost. The most that can be answered in a
# second is the **saturation**. If more arrive than that, the queue grows without end.

# %% tags=["code"]
for size in (1, 2, 8, 32):
    service_ms = 1000 * cost.service_s(size)
    print(f"batches of {size:2}: {service_ms:.1f} ms each, {cost.texts_per_s(size):6,.0f} a second")

# %% [markdown] tags=["prose"]
# Now the real thing. Our model is so small that the queue around it costs more than it does. So
# we let each pass run ${heavier_passes} times over: the same answers, at the price of a larger
# model. Then we send batches of several sizes, and fit a line: a fixed part, and a part for
# each text.

# %% tags=["code", "nbval-ignore-output"]
serve = partial(MicroBatchPredictor, HeavierPipeline(pipeline))
async with serve(max_batch_size=32, batch_wait_timeout_s=0) as idle:
    cost = await measure_microbatch_cost(idle.predict, texts)
print(cost)

# %% [markdown] tags=["prose"]
# With this cost the simulation foretells what a load will do. Then the very same load is sent
# for real. Look where the dots leave the lines. Up to ${trusted_load} of saturation they lie
# within a factor of ${trusted_factor} on a quiet machine. Near saturation a small error in the
# cost becomes a long queue, so there the figures agree no more.

# %% tags=["code", "nbval-ignore-output"]
async with serve(max_batch_size=8, batch_wait_timeout_s=0.005) as server:
    runs = await simulated_and_measured(server.predict, texts, cost, policy, progress=progress_bar)
saturation = cost.texts_per_s(policy.max_batch_size)
plot_simulated_and_measured(runs, saturation_per_s=saturation, note=machine_line())
print(judge_simulation(runs, saturation_per_s=saturation))

# %% [markdown] tags=["try-it"]
# **Try it.** Take the tour, from idle to a wait that is too long. Each stop plays by itself and
# says what to look for. Then move one slider at a time. What does the timeout cost when few people
# ask, and what does it bring when many do?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_queue

show_queue()

# %% [markdown] tags=["check"]
# **Check yourself.** When does a batch leave, and when does the queue grow? Your answers are
# kept on this machine, and come back when you do.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("09_micro_batching")

# %% [markdown] tags=["key-insight"]
# > Micro-batching lets requests wait a moment, so that they share a pass. It buys throughput
# > with latency, and it pays when many ask at about the same time.

# %% [markdown] tags=["next"]
# ${next}
