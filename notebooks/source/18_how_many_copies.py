# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# On premiere nights, one server isn't enough, so the desk runs eight copies of the model, its
# **replicas**. A **router** in front of them decides which one gets a request. Does it matter how?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("better-of-two")

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="realtime")

# %% tags=["setup"]
from lessons_lib import show_outcome
from lessons_lib.annexes.cluster import experiments
from lessons_lib.pipeline.timing import replicas

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# Deciding who gets a request is called **load balancing**. A router can draw a replica at random,
# or take each in turn, as
# [nginx does by default](https://nginx.org/en/docs/http/load_balancing.html). It can draw two and
# choose the one with fewer unanswered requests, the default of
# [Ray Serve 2.60](https://docs.ray.io/en/latest/serve/api/doc/ray.serve.config.RequestRouterConfig.html).
# It can compare all of them, or let them all take from a single queue. The code below simulates
# each way with the same requests. Each p99 is in units of the mean service time.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
tails = replicas.tail_by_way(load=0.85, texts="mixed")
for way, p99 in tails.items():
    print(f"{way:18}{p99:5.1f} service times")
show_outcome("better-of-two", tails["at random"] / tails["better of two"])

# %% [markdown] tags=["prose"]
# A router that doesn't look sends requests to a busy replica while another one is idle. Looking at
# two replicas avoids most of that
# ([the power of two choices](https://www.eecs.harvard.edu/~michaelm/postscripts/tpds2001.pdf)), and
# two are cheap to ask even among thousands. What if all texts take equally long, or if a few take
# very long?

# %% tags=["explore"]
from lessons_lib import show

show("routing")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("18_how_many_copies", "routing")

# %% [markdown] tags=["prose"]
# How many replicas should there be? With **autoscaling**, a program looks at the load from time to
# time and starts or stops replicas. Kubernetes looks
# [every 15 s by default](https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/);
# Ray Serve adds replicas only after the load has been too high
# [for 30 s](https://docs.ray.io/en/latest/serve/api/doc/ray.serve.config.AutoscalingConfig.html).
# After that comes the **cold start**: a new replica starts its processes and loads its weights
# before it can answer. What if it needed no time for that?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("instant-replicas")

# %% [markdown] tags=["prose"]
# The code below simulates such a premiere, with two slower starts first. An answer is in time
# within half a second.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
for start_s in (45, 10, 0):
    night = replicas.premiere(start_s)
    print(f"start {start_s:2} s: {night.in_time:.0%} in time, {night.paid} replicas paid")
show_outcome("instant-replicas", 100 * (1 - night.in_time))

# %% [markdown] tags=["prose"]
# Even replicas that start at once come too late for many, because nobody looked before. Meanwhile a
# queue has built up, and the new replicas have to work it off while requests keep coming. Find out
# what helps, and what it costs.

# %% tags=["explore"]
from lessons_lib import show

show("autoscaler")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("18_how_many_copies", "autoscaling")

# %% [markdown] tags=["prose"]
# A premiere is in the calendar, so the desk can start enough replicas an hour before. For a load
# that nobody expects, keep some room, and limit the queue as in
# [micro-batching](09_micro_batching.ipynb), so that at least those who are let in are answered in
# time.
#
# Before you add replicas, though, check that each of them works as it should. In Ray Serve, a
# replica gathers batches with the two settings of micro-batching. In front of them there's a third,
# `max_ongoing_requests`: how many requests the replica accepts at the same time. Below, a hundred
# users each send a text, wait for the answer, and send another. The limit is four, and then a
# hundred. A batch may hold many more than four texts.

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
run = experiments.serve_users()
for limit in (4, 100):
    size, p99_ms = run.values[f"batch size {limit}"][0], run.values[f"ms {limit}"][1]
    rate = run.values[f"answers/s {limit}"][0]
    print(f"limit {limit:3}: {size:4.1f} texts a batch, p99 {p99_ms:,.0f} ms, {rate:.0f} answers/s")
print(run.note)

# %% [markdown] tags=["prose"]
# With a limit of four, no batch ever has more than four texts, whatever the maximum batch size
# says. Since it can't fill up, each batch waits for the full timeout of a tenth of a second. And
# the next one begins late: everyone else waits outside, where Ray looks for room at intervals that
# [grow from 25 ms to half a second](https://docs.ray.io/en/latest/serve/api/doc/ray.serve.config.RequestRouterConfig.html).
# In the stored measurements, timeout, pass, and gap together take about a fifth of a second. So if
# your batches never fill, first look for a lower limit in front of them
# ([an example](https://github.com/ray-project/ray/issues/43288); Ray now warns about it).

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("18_how_many_copies", "limit")

# %% [markdown] tags=["prose"]
# And what would ten machines give the desk? **Capacity**: more texts per second. And **survival**,
# if the others can carry the load when one of them fails. But not a faster answer: a text that
# arrives alone takes as long as before.

# %% [markdown] tags=["try-it"]
# **Try it.** For a load of your choice, find the smallest number of machines that handles it even
# when one of them fails. What does that cost in a month?

# %% tags=["try-it"]
from lessons_lib import show

show("machines")

# %% [markdown] tags=["check"]
# **Check yourself.** How many machines does a load need, and what can't they do?

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("18_how_many_copies")

# %% tags=["check"]
from lessons_lib import show

show("journey")

# %% [markdown] tags=["key-insight"]
# > More copies buy capacity and survival, never a faster answer to one text. They help most when
# > the router looks before it sends, and when they are there before the load.

# %% [markdown] tags=["next"]
# This was the last notebook. If you haven't taken the [test](12_test.ipynb) yet, now is the time.
#
# ${next}
