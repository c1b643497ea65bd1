# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# This notebook compares all the modes. You don't have to take our word for any of it: you make a
# guess, and then your own machine measures.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages()

# %% tags=["setup"]
from functools import partial

from lessons_lib import (
    BatchPredictor,
    HeavierPipeline,
    MicroBatchPredictor,
    RealTimePredictor,
    SentimentPipeline,
    load_corpus_or_demo,
)

pipeline = SentimentPipeline.load()
serve = partial(MicroBatchPredictor, heavier := HeavierPipeline(pipeline))
archive = load_corpus_or_demo().archive()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you run it:** the same model labels ${archive_texts} texts in two ways, one by one and
# in batches. How many times as long will the slower way take?

# %% [markdown] tags=["prose"]
# In the race below, each lane has its own clock, which runs only while that lane computes. The
# lane whose clock is behind always goes next. This way, both share one core without slowing each
# other down. The race itself is too short to watch, so you see a replay in slow motion.

# %% tags=["code"]
from lessons_lib import show_race

show_race()

# %% [markdown] tags=["prose"]
# A single race can be a fluke. So we run both modes several times, alternating between them, and
# report the fastest and slowest round along with the median. **Throughput** also determines the
# price: cloud providers charge for core-hours, and throughput is how many texts you get for one.

# %% tags=["code", "nbval-ignore-output"]
from lessons_lib import (
    ManyUsers,
    ModeCosts,
    Offline,
    OnePerson,
    all_in_one_job,
    as_they_come,
    compare_modes,
    core_hours,
    fit_frontier,
    jobs_by_mode,
    machine_line,
    measure_cost,
    measure_latency,
    measure_microbatch_cost,
    one_after_the_other,
    own_figures,
    plot_frontier,
    plot_modes,
    progress_bar,
    read_frontier,
    show_decisions,
    time_in_turn,
)

seconds = time_in_turn(jobs_by_mode(pipeline, archive), rounds=5, progress=progress_bar)
plot_modes({"textbook": seconds}, n_texts=len(archive), note=machine_line(n=len(archive), rounds=5))
print(compare_modes(seconds, n_texts=len(archive)))
print(core_hours(seconds, n_texts=len(archive)))

# %% [markdown] tags=["prose"]
# Between one text and the whole archive, there are many possible batch sizes. A larger batch
# handles more texts per second, but each of them waits longer for its answer. The gain shrinks,
# because throughput approaches a limit: the rate the model would reach if a batch had no fixed
# cost. In these lessons, the **knee** is the batch size at which throughput reaches
# ${knee_share} of that limit. Beyond it, latency keeps growing, and there is little left to gain.

# %% tags=["code", "nbval-ignore-output"]
sizes = (1, 4, 16, 64, 256, 1_024, 4_096)
label = {size: BatchPredictor(pipeline, batch_size=size).labels for size in sizes}
passes = {size: partial(label[size], archive[:size]) for size in sizes}
batches = time_in_turn(passes, rounds=15, least_s=0.005, progress=progress_bar)
curve = fit_frontier(batches)
plot_frontier(batches, cost=curve, note=machine_line(rounds=15))
print(read_frontier(batches))

# %% [markdown] tags=["prose"]
# The curve is a straight-line cost fitted to the dots: a fixed part per batch plus a part per
# text. The knee is read off this curve, so it usually falls between two of the measured sizes. A
# straight line ignores the memory effect of [notebook six](06_batch_inference.ipynb), which slows
# down very large batches.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("10_latency_and_throughput", "knee")

# %% [markdown] tags=["prose"]
# Everything that follows uses the **heavier model** from the previous notebook, the same pass run
# ${heavier_passes} times over. We measure what one of its batches costs, both called directly and
# through the queue of a micro-batching predictor.

# %% tags=["code", "nbval-ignore-output"]
direct = measure_cost(BatchPredictor(heavier).predict, archive)
async with serve(max_batch_size=32, batch_wait_timeout_s=0) as idle:
    queued = await measure_microbatch_cost(idle.predict, archive)
costs = ModeCosts(batch=direct, real_time=direct, micro_batching=queued)
print(f"heavier model, called directly: {direct}\nheavier model, through a queue: {queued}")

# %% [markdown] tags=["prose"]
# Work can arrive in three ways, and each has its own metric.
#
# - A single user sends each text only after the previous one is answered. This is a **closed
#   loop**, like MLPerf's SingleStream scenario, and its metric is the p90 of the latency.
# - Many users send texts at random moments, independently of each other. These **Poisson
#   arrivals** are like MLPerf's Server scenario, with a limit on the p99.
# - A pile of texts is there from the start, as in MLPerf's Offline scenario. Only throughput
#   counts.
#
# A promise such as "the p99 stays below a tenth of a second at this rate" is called a
# **service-level objective** (SLO). It leaves an *error budget*: one call in a hundred may be
# slower, and risky changes have to wait once that budget is nearly used up.
#
# The rate in the second measurement is half of saturation: if every batch were full, the model
# would be busy half of the time. That share is called **utilization**. Each result is followed by
# the range of its rounds.

# %% tags=["code", "nbval-ignore-output"]
pile, rate = archive[:2_000], 0.5 * queued.texts_per_s(8)
alone = await one_after_the_other(RealTimePredictor(heavier).predict, pile[:200])
print("one after the other:", alone)
print("as they come:       ", await as_they_come(serve, pile, rate))
label_all = partial(BatchPredictor(heavier).labels, pile)
print("all at once:        ", all_in_one_job(label_all, len(pile)))
print(machine_line())

# %% [markdown] tags=["prose"]
# The p99 is well above the latency of a lone call, although the rate is only half of saturation.
# A request waits up to the timeout for others, and then it shares a longer pass with them. Random
# arrivals also come in bursts, so some requests find the model busy. And because many batches are
# only half full, the model may even be busy most of the time.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("10_latency_and_throughput", "arrivals")

# %% [markdown] tags=["prose"]
# Now it's your decision: choose a mode for each task. A simulation based on the costs you
# measured checks your choice; individual calls vary more. The rate of the third task depends on
# this machine: it is more than the heavier model can answer one by one.

# %% tags=["code"]
crowd = ManyUsers(rate_per_s=1.5 * direct.texts_per_s(1), p99_ms=100)
asked = {
    "archive": Offline(texts=10_000),
    "one-person": OnePerson(p99_ms=50),
    "crowd": crowd,
}
show_decisions(asked, costs)

# %% [markdown] tags=["try-it"]
# **Try it: guess first, then measure.** Enter a guess before each measurement; your lab book
# keeps both. You learn most from the guesses that turn out wrong. One experiment asks about the
# tail rather than the mean, because one slow call in a hundred barely changes the mean, yet
# somebody has to wait for it.
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_lab_book

show_lab_book()

# %% [markdown] tags=["check"]
# **Check yourself.** Some of these questions use the numbers you measured above. Each question
# says whether its numbers come from the lessons' model or from the heavier one.

# %% tags=["check"]
latency = measure_latency(RealTimePredictor(pipeline).predict, archive[:1_000])
own = {"cost": curve, "heavier": direct}
figures = own_figures(seconds, n_texts=len(archive), batch_size=512, latency=latency, **own)
show_quiz("10_latency_and_throughput", figures=figures)

# %% [markdown] tags=["key-insight"]
# > Latency and throughput pull against each other. First ask who is waiting and for how long, and
# > then measure on the machine that will do the work.

# %% [markdown] tags=["next"]
# ${next}
