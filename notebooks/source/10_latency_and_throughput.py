# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# All modes at once. Here you need not take our word: you guess, and then this machine decides.

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
# **Before you run it:** ${archive_texts} texts, one model, two ways. One lane asks one by one,
# the other in batches. How many times as long will the slower lane take?

# %% [markdown] tags=["prose"]
# Each lane has its own clock, and it runs only while that lane computes. The lane whose clock is
# behind goes next. So they race on one core, and neither slows the other. The race is over before
# you could look, so you see it in slow motion.

# %% tags=["code"]
from lessons_lib import show_race

show_race()

# %% [markdown] tags=["prose"]
# One race can be luck. So we run both modes several times, in turn, and keep the slowest and the
# fastest round beside the middle one. **Throughput** is also a price: it says how many texts one
# rented core answers in an hour.

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
    find_knee,
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
    show_quiz,
    time_in_turn,
)

seconds = time_in_turn(jobs_by_mode(pipeline, archive), rounds=5, progress=progress_bar)
plot_modes({"textbook": seconds}, n_texts=len(archive), note=machine_line(n=len(archive), rounds=5))
print(compare_modes(seconds, n_texts=len(archive)))
print(core_hours(seconds, n_texts=len(archive)))

# %% [markdown] tags=["prose"]
# Between one text and the whole archive lie all other batch sizes. Up to the sweet spot, a larger
# batch answers more texts a second, and lets each of them wait longer. The **knee** is where the
# one still rises and the other has not yet grown long: here, the smallest batch with
# ${knee_share} of the best throughput.

# %% tags=["code", "nbval-ignore-output"]
sizes = (1, 4, 16, 64, 256, 1_024, 4_096)
label = {size: BatchPredictor(pipeline, batch_size=size).labels for size in sizes}
passes = {size: partial(label[size], archive[:size]) for size in sizes}
batches = time_in_turn(passes, rounds=15, least_s=0.005, progress=progress_bar)
plot_frontier(batches, knee=find_knee(batches), note=machine_line(rounds=15))
print(read_frontier(batches))

# %% [markdown] tags=["prose"]
# For what follows, each pass runs ${heavier_passes} times over, as in the notebook before: the
# price of a larger model. We measure what a batch costs, called directly and through the queue
# of a micro-batching predictor.

# %% tags=["code", "nbval-ignore-output"]
direct = measure_cost(BatchPredictor(heavier).predict, archive)
async with serve(max_batch_size=32, batch_wait_timeout_s=0) as idle:
    queued = await measure_microbatch_cost(idle.predict, archive)
costs = ModeCosts(batch=direct, real_time=direct, micro_batching=queued)
print(f"called directly: {direct}\nthrough a queue: {queued}")

# %% [markdown] tags=["prose"]
# Work arrives in three ways, and in each another figure counts. One user asks again when
# answered: a **closed loop**, like MLPerf's SingleStream scenario. Many users come by chance, as
# **Poisson arrivals**, like in Server. A pile is there from the start, as in Offline. The rate
# below is half of the saturation, so the model is busy for about half of the time: that share is
# its **utilisation**. Beside each figure stands its range.

# %% tags=["code", "nbval-ignore-output"]
pile, rate = archive[:2_000], 0.5 * queued.texts_per_s(8)
alone = await one_after_the_other(RealTimePredictor(heavier).predict, pile[:200])
print("one after the other:", alone)
print("as they come:       ", await as_they_come(serve, pile, rate))
label_all = partial(BatchPredictor(heavier).labels, pile)
print("all at once:        ", all_in_one_job(label_all, len(pile)))
print(machine_line())

# %% [markdown] tags=["prose"]
# Now decide. Choose a mode for each task. The costs that you measured judge it, played by a
# simulation: single calls vary more. The rates are taken from this machine: one of them is more
# than it can answer one by one.

# %% tags=["code"]
crowd = ManyUsers(rate_per_s=1.5 * direct.texts_per_s(1), p99_ms=100)
asked = {
    "archive": Offline(texts=10_000),
    "one-person": OnePerson(p99_ms=50),
    "crowd": crowd,
}
show_decisions(asked, costs)

# %% [markdown] tags=["try-it"]
# **Try it: guess first, then measure.** Write down a guess before each measurement. A wrong guess
# teaches the most. Your lab book keeps both. Where it asks about a tail, a mean would not do: one
# slow call in a hundred moves it little, and yet somebody waits for it.
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_lab_book

show_lab_book()

# %% [markdown] tags=["check"]
# **Check yourself.** Some of these questions ask about your own figures from above; what a batch
# costs is that of the heavier model. Your answers are kept on this machine, and come back when
# you do.

# %% tags=["check"]
latency = measure_latency(RealTimePredictor(pipeline).predict, archive[:1_000])
figures = own_figures(seconds, n_texts=len(archive), batch_size=512, latency=latency, cost=direct)
show_quiz("10_latency_and_throughput", figures=figures)

# %% [markdown] tags=["key-insight"]
# > Latency and throughput pull against each other. So first ask who waits, and for how long.
# > Then measure, on the machine that will do the work.

# %% [markdown] tags=["next"]
# ${next}
