# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# The desk now follows the whole country, and its night archive grows to ten million texts. Someone
# suggests a cluster: if one machine is too slow, take ten.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("two-workers-on-a-fast-model")

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="batch")

# %% tags=["setup"]
from lessons_lib import show_outcome
from lessons_lib.annexes.cluster import experiments
from lessons_lib.pipeline.timing import replicas

# %% tags=["setup", "nbval-ignore-output"]
print(experiments.scale_line())

# %% [markdown] tags=["setup"]
# ${run_setup} <span class="lessons-in-notebook">The line above says whether this machine can run
# the experiments. They need the extra `scale` and two gigabytes of memory. Where something is
# missing, the cells below show figures that were stored on another machine, and say so.</span>

# %% [markdown] tags=["prose"]
# [Ray](https://docs.ray.io) runs Python code in many processes, on one machine or on many. A
# **worker** here is a process that loads the model once and then labels one batch after another.
# Ray calls it an **actor**. The code is short:
#
# ```python
# pool = ray.data.ActorPoolStrategy(size=2)
# ray.data.from_items(rows).map_batches(Labeler, compute=pool)
# ```
#
# Each step below starts Ray in a process of its own and ends it again, which takes some seconds.
# The first one labels the same texts on the folded path twice: in a plain loop, and with two
# workers.

# %% tags=["code", "answers-guess", "nbval-ignore-output"]
run = experiments.loop_or_workers()
loop_s, workers_s = run.values["loop"][0], run.values["two workers"][0]
print(f"{run.values['texts'][0]:,.0f} texts: loop {loop_s:.2f} s, two workers {workers_s:.1f} s")
print(f"starting the cluster took {run.values['start'][0]:.1f} s more")
print(run.note)
show_outcome("two-workers-on-a-fast-model", loop_s / workers_s)

# %% [markdown] tags=["prose"]
# In the stored measurements, the plain loop takes about ${small_model_one_text} microseconds per
# text, in batches on the folded path. Sending a text to another process takes much longer: it's
# packed into a block, copied into shared memory, scheduled, and unpacked, and its answer comes back
# the same way. With so little work per text, a second worker only adds to the cost. Ray's users
# [report the same](https://github.com/ray-project/ray/issues/44905).
#
# So the desk doesn't need a cluster for its small model: at this rate, a plain loop labels ten
# million texts in ${small_model_ten_million}. With the transformer, one core would need
# ${transformer_ten_million}.

# %% [markdown] tags=["prose"]
# So when does it pay off? The code below raises the work for each text step by step.

# %% tags=["code", "nbval-ignore-output"]
print(experiments.read_more_work(experiments.more_work()))

# %% [markdown] tags=["prose"]
# The more work a text needs, the closer two workers come to twice the speed of one, but they never
# quite reach it. And they only do if there are two free cores: on a machine with a single one,
# they take turns. Much of the workers' time here goes into starting them. A longer job pays that
# cost only once, so a second worker can pay off with just a few milliseconds of work per text.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("16_outgrow_one_machine", "loop-or-cluster")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("texts-of-a-dead-worker")

# %% [markdown] tags=["prose"]
# With many machines, one of them will fail during a long job. The code below starts a job, and then
# kills the process of one worker while it's busy.

# %% tags=["code", "answers-guess", "nbval-ignore-output"]
run = experiments.kill_a_worker()
for name, (count,) in run.values.items():
    print(f"{name:8} {count:5,.0f}")
print(run.note)
show_outcome("texts-of-a-dead-worker", run.values["missing"][0])

# %% [markdown] tags=["prose"]
# Nothing is missing, and nothing was answered twice. Ray keeps each batch until its answers have
# arrived, starts a new worker in place of the dead one, and runs the lost batches again. That's
# safe here because labeling is **idempotent**: doing it again gives the same label and changes
# nothing else. Sending a mail or charging a card is not.
#
# The command `lessons predict --engine ray` does the same with files. Workers read a file or a
# folder, and write a folder of parts in the order of the texts, even if one of them dies.
#
# If the whole job dies, it's better not to start from scratch. So a job of hours should write each
# part under its own name when it's finished, and skip the parts that are already there when it
# starts again: it then repeats a few parts, and not the whole night. On one machine, `lessons
# predict --workers N --resume` works like that, without Ray. With `--engine ray`, you start again.
#
# The nightly job and the endpoint are often two programs, and one day only one of them gets the new
# preprocessing. A **parity test** sends the same texts through both, and fails if a label differs.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("16_outgrow_one_machine", "worker-dies")

# %% [markdown] tags=["prose"]
# A server has the same tools. Ray Serve gathers batches in each of its copies of the model, with
# the two settings of [micro-batching](09_micro_batching.ipynb). In front of them, there's a third
# one: `max_ongoing_requests` limits how many requests a copy accepts at the same time. Here are a
# hundred users at once; each sends a text, waits for its answer, and sends a second one. The limit
# is four at first, and then a hundred, and each p99 is that of two hundred calls. A batch may hold
# many more than four texts.

# %% tags=["code", "nbval-ignore-output"]
run = experiments.serve_users()
for limit in (4, 100):
    size, p99_ms = run.values[f"batch size {limit}"][0], run.values[f"ms {limit}"][1]
    rate = run.values[f"answers/s {limit}"][0]
    print(f"limit {limit:3}: {size:4.1f} texts a batch, p99 {p99_ms:,.0f} ms, {rate:.0f} answers/s")
print(run.note)

# %% [markdown] tags=["prose"]
# With a limit of four, no batch ever has more than four texts, whatever the maximum batch size
# says. Each batch then waits for the full timeout of a tenth of a second, because it can't fill
# up. In the stored measurements, there's a batch only every fifth of a second. The pass is part of
# that, and so is the gap between two batches: everyone else waits outside, and Ray looks for room
# at intervals that
# [grow from 25 ms to half a second](https://docs.ray.io/en/latest/serve/api/doc/ray.serve.config.RequestRouterConfig.html).
# We haven't measured how long each of them takes. If your batches never fill, first look for a
# lower limit in front of them ([an example](https://github.com/ray-project/ray/issues/43288); Ray
# now warns about it).

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("better-of-two")

# %% [markdown] tags=["prose"]
# With several **replicas**, a router decides which of them gets a request. This is **load
# balancing**. The router can draw a replica at random, or take each in turn, as
# [nginx does by default](https://nginx.org/en/docs/http/load_balancing.html). It can draw two and
# choose the one with fewer unanswered requests, which is the default of
# [Ray Serve 2.60](https://docs.ray.io/en/latest/serve/api/doc/ray.serve.config.RequestRouterConfig.html).
# It can compare them all, or let all of them take from a single queue. The code below simulates
# these ways with the same requests. Each p99 is in units of the mean service time.

# %% tags=["code", "answers-guess"]
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

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("instant-replicas")

# %% [markdown] tags=["prose"]
# And how many replicas should there be? With **autoscaling**, a program looks at the load from time
# to time and starts or stops replicas. Kubernetes looks
# [every 15 s by default](https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/);
# Ray Serve adds replicas only after the load has been too high
# [for 30 s](https://docs.ray.io/en/latest/serve/api/doc/ray.serve.config.AutoscalingConfig.html).
# After that comes the **cold start**: a new replica starts its processes and
# loads its weights before it can answer. The code below simulates a premiere that lasts for five of
# ten minutes. An answer is in time within half a second.

# %% tags=["code", "answers-guess"]
for start_s in (45, 10, 0):
    night = replicas.premiere(start_s)
    print(f"start {start_s:2} s: {night.in_time:.0%} in time, {night.paid} replicas paid")
show_outcome("instant-replicas", 100 * (1 - night.in_time))

# %% [markdown] tags=["prose"]
# Even replicas that start at once come too late for many, because nobody looked before. Meanwhile a
# queue has built up, and the new replicas have to work it off while requests keep
# coming. Find out what helps, and what it costs.

# %% tags=["explore"]
from lessons_lib import show

show("autoscaler")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("16_outgrow_one_machine", "replicas")

# %% [markdown] tags=["prose"]
# A premiere is in the calendar, so the desk can start enough replicas an hour before. For a load
# that nobody expects, keep some room, and limit the queue as in
# [micro-batching](09_micro_batching.ipynb), so that at least those who are let in are answered in
# time.
#
# What would ten machines give the desk? **Capacity**: more texts per second. And **survival**, if
# the others can carry the load when one of them fails. But not a faster answer: a text that arrives
# alone takes as long as before. In the code, only the address in `RAY_ADDRESS` changes between this
# notebook and a cluster; the deployment guide lists the rest.

# %% [markdown] tags=["try-it"]
# **Try it.** For a load of your choice, find the smallest number of machines that handles it even
# when one of them fails. What does that cost in a month?

# %% tags=["try-it"]
from lessons_lib import show

show("machines")

# %% [markdown] tags=["check"]
# **Check yourself.** When does a cluster pay off, what happens if part of it fails, and what can't
# it do?

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("16_outgrow_one_machine")

# %% [markdown] tags=["key-insight"]
# > More machines buy capacity and survival, never a faster answer to one text. Before you add one,
# > measure whether a plain loop is really too slow.

# %% [markdown] tags=["next"]
# So far, one pass gave a whole answer: a label. What if the answer is a text, and every word of it
# takes a pass of its own?
#
# ${next}
