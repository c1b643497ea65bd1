# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# On premiere nights, one server isn't enough, so the desk runs several copies of the model, its
# **replicas**. Say it's eight. A **router** in front of them decides which one gets a request. Does
# it matter how? And how many should there be?

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
# Deciding who gets a request is called **load balancing**. Here are five ways:
#
# - *at random*: draw a replica
# - *in turn*: one after the other, as
#   [nginx does by default](https://nginx.org/en/docs/http/load_balancing.html)
# - *better of two*: draw two, and take the one with fewer unanswered requests, the default of
#   [Ray Serve 2.60](https://docs.ray.io/en/latest/serve/api/doc/ray.serve.config.RequestRouterConfig.html)
# - *fewest requests*: compare all of them
# - *one queue for all*: let requests wait together, until a replica is free and takes the first
#
# The code below simulates each way with the same requests, whose texts differ in length. Each line
# is a p99 in **service times**, the time that an average text takes without waiting: at ten, one
# request in a hundred takes ten of them or more.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
tails = replicas.tail_by_way(load=0.85, texts="mixed")
for way, p99 in tails.items():
    print(f"{way:18}{p99:5.1f} service times")
show_outcome("better-of-two", tails["at random"] / tails["better of two"])

# %% [markdown] tags=["prose"]
# A router that doesn't look sends requests to a replica that is stuck on a long text, while another
# one is idle. Looking at two replicas avoids most of that
# ([the power of two choices](https://www.eecs.harvard.edu/~michaelm/postscripts/tpds2001.pdf)), and
# two are cheap to ask even among thousands.
#
# One queue is best, so why not always use it? On many machines, a free replica would have to fetch
# each request from elsewhere, and stay idle until it arrives. And if the queue's machine fails,
# nobody gets any work.
#
# Does looking always help? Find out what happens if all texts take equally long.

# %% tags=["explore"]
from lessons_lib import show

show("routing")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("18_how_many_copies", "routing")

# %% [markdown] tags=["prose"]
# So drawing at random is always worst. With equal texts, taking turns does as well as one queue,
# without looking. With mixed texts, only looking avoids the stuck replica.
#
# Before you add replicas, check that each works as it should. In Ray Serve, a replica accepts at
# most `max_ongoing_requests` at the same time, and gathers its batches from those.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("18_how_many_copies", "limit")

# %% [markdown] tags=["prose"]
# The code below measures it: a hundred users each send a text, wait for the answer, and send
# another. The limit is four, and then a hundred. A batch may hold thirty-two texts, and waits up to
# a tenth of a second to fill.

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
run = experiments.serve_users()
for limit in (4, 100):
    size, p99_ms = run.values[f"batch size {limit}"][0], run.values[f"ms {limit}"][1]
    rate = run.values[f"answers/s {limit}"][0]
    print(f"limit {limit:3}: {size:4.1f} texts a batch, p99 {p99_ms:,.0f} ms, {rate:.0f} answers/s")
print(run.note)

# %% [markdown] tags=["prose"]
# With a limit of four, no batch has more than four texts, whatever the maximum batch size says. It
# can't fill up, so each batch waits for its full timeout, while everyone else waits outside. So if
# your batches never fill, first look for a lower limit in front of them
# ([an example](https://github.com/ray-project/ray/issues/43288); Ray now logs a warning).

# %% [markdown] tags=["prose"]
# So how many replicas should there be? If you know the peak, divide it by what one replica should
# answer per second. That's less than it can, because queues grow long near
# [saturation](09_micro_batching.ipynb): here, we plan for seven tenths of it. Round up, and add a
# spare in case one fails. For a peak of four hundred requests per second and replicas that can
# answer a hundred, of which we plan seventy, that makes ${replicas_needed} with the spare.
#
# If you don't know the peak, a program can look at the load from time to time and start or stop
# replicas, which is called **autoscaling**. Kubernetes looks
# [every 15 s by default](https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/);
# Ray Serve adds replicas only after the load has been too high
# [for 30 s](https://docs.ray.io/en/latest/serve/api/doc/ray.serve.config.AutoscalingConfig.html).
# After that comes the **cold start**: a new replica starts its processes and loads its weights
# before it can answer. What if it needed no time for that?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("instant-replicas")

# %% [markdown] tags=["prose"]
# The code below simulates such a premiere: from sixty requests per second, the load rises to four
# hundred for five minutes. It begins with one replica, and the autoscaler looks every fifteen
# seconds. It uses the rule above, without a spare. The first two lines are for replicas that start
# slowly. An answer is in time within half a second.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
for start_s in (45, 10, 0):
    night = replicas.premiere(start_s)
    print(f"start {start_s:2} s: {night.in_time:.0%} in time, {night.paid} replicas on average")
show_outcome("instant-replicas", 100 * (1 - night.in_time))

# %% [markdown] tags=["prose"]
# Even replicas that start immediately come too late for many, because the autoscaler hadn't looked
# yet. Meanwhile, a queue has built up, and the new replicas have to work it off while requests keep
# coming. All three lines cost the same, because a replica is paid for from its order on, also while
# it starts. Find out what helps, and what it costs.

# %% tags=["explore"]
from lessons_lib import show

show("autoscaler")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("18_how_many_copies", "autoscaling")

# %% [markdown] tags=["prose"]
# Faster starts and more frequent looks help, but replicas that are there *before* the load help
# most. If five are always kept ready, they carry the peak until the autoscaler adds a sixth, so all
# answers are in time, even with the slowest start. The desk then pays for five and a half replicas
# on average, instead of three and a half.
#
# A premiere is in the calendar, so the desk starts its ${replicas_needed} an hour before. For a
# load that nobody expects, keep some room, and limit the queue as in
# [micro-batching](09_micro_batching.ipynb): those who are let in can then be answered in time.
#
# If a machine fails, all its replicas do, so they should be on several. What would ten machines,
# with one replica each, give the desk? **Capacity**: more texts per second, and so shorter waits
# under load. And **survival**, if the others can carry the load when one of them fails. But not a
# faster pass: a text that arrives alone takes as long as before.

# %% [markdown] tags=["try-it"]
# **Try it.** Choose a load, and compute with the rule above how many machines it needs. Does the
# card agree? What do they cost in a month, and which rows does no number of machines change?

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
# > More copies buy capacity and survival: shorter waits under load, but never a faster pass. They
# > help most if they are there before the load and, where texts differ, if the router looks before
# > it sends.

# %% [markdown] tags=["next"]
# It's premiere night again. ${replicas_needed} replicas were started an hour ago, readers get their
# answers in time, and the archive waits for its batches until they are asleep. It's one model,
# called in two ways, and you can now say why. Next time, the texts are yours: ask who is waiting
# and for how long, measure one machine, and only then count copies.
#
# This was the last notebook. To see what has stayed with you, take the [test](12_test.ipynb).
#
# ${next}
