# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# The desk now follows the whole country. Each night, it has eight hours for an archive of ten
# million texts. Someone suggests a cluster: if one machine is too slow, take ten. Let's try two
# workers first, on one machine.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("seconds-of-two-workers")

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="batch")

# %% tags=["setup"]
from lessons_lib import show_outcome
from lessons_lib.annexes.cluster import experiments

# %% tags=["setup", "nbval-ignore-output"]
print(experiments.scale_line())

# %% [markdown] tags=["setup"]
# ${run_setup} <span class="lessons-in-notebook">This prints what the measurements need. If this
# machine lacks it, the cells below show figures that were stored on another one.</span>

# %% [markdown] tags=["prose"]
# [Ray](https://docs.ray.io) runs Python code in many processes, on one machine or on many. A
# **worker** here is a process that loads the model once and then labels one batch after another.
# Ray calls it an **actor**. With `Labeler`, a class that loads the model and labels batches, two
# lines plan the work of two workers. Nothing starts until the answers are read:
#
# ```python
# pool = ray.data.ActorPoolStrategy(size=2)
# ray.data.from_items(rows).map_batches(Labeler, compute=pool)
# ```
#
# The code below labels the same texts twice: in a plain loop in one process, and with two workers.
# Ray's own start (its *cluster*, here just this machine) is timed separately.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
run = experiments.loop_or_workers()
loop_s, workers_s = run.values["loop"][0], run.values["two workers"][0]
print(f"{run.values['texts'][0]:,.0f} texts: loop {loop_s:.2f} s, two workers {workers_s:.1f} s")
print(f"starting the cluster took {run.values['start'][0]:.1f} s more")
print(run.note)
show_outcome("seconds-of-two-workers", workers_s)

# %% [markdown] tags=["prose"]
# Two workers, and many times slower? Nearly all of their time goes into **starting**: each is a new
# process, which loads Python, its packages, and the model before it labels anything. (You'll see
# that a few hundred texts take almost as long.) Moving the texts costs something, too: each is
# packed, copied to another process, and unpacked, and so is its answer. And there is little work to
# share: in the stored measurements, the loop needs about ${small_model_one_text} microseconds per
# text. Ray's users [report the same](https://github.com/ray-project/ray/issues/40184) for short
# jobs.
#
# So the desk needs no cluster for its small model: at this rate, a plain loop labels ten million
# texts in ${small_model_ten_million}, and nobody needs that halved. The transformer is another
# matter: one core would need ${transformer_ten_million}, or ${transformer_sorted} with the texts
# sorted by length, and the night has only eight.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("two-workers-with-more-work")

# %% [markdown] tags=["prose"]
# So how much work makes a second worker worth its start? The code below labels the same texts three
# times, with more and more work for each.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
run = experiments.more_work()
print(experiments.read_more_work(run))
gain = run.values["loop 25 ms"][0] / run.values["two workers 25 ms"][0]
show_outcome("two-workers-with-more-work", gain)

# %% [markdown] tags=["prose"]
# For the work alone, two workers need half of the loop's time. Whatever they take beyond that is
# the price of starting: in the stored measurements, ${start_behind_work} s in the last line, and
# about as much in the one before. In the first line it's more, because a new cluster has more to
# start.
#
# A job starts only once, however long it is. So two workers win as soon as half of the work takes
# longer than starting and moving. It can be much work per text, or a little for many texts: with a
# million of them, a tenth of a millisecond each already makes a hundred seconds. But all this needs
# two free cores. On a single one, two workers take turns.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("16_outgrow_one_machine", "loop-or-cluster")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("texts-of-a-dead-worker")

# %% [markdown] tags=["prose"]
# The longer a job and the more machines it uses, the more likely it is that one of them fails. The
# code below starts a job, and then kills the process of one worker while it's busy.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
run = experiments.kill_a_worker()
for name, (count,) in run.values.items():
    print(f"{name:8} {count:5,.0f}")
print(run.note)
show_outcome("texts-of-a-dead-worker", run.values["missing"][0])

# %% [markdown] tags=["prose"]
# Every text has exactly one answer, although some texts were probably *labeled* twice. Ray started
# a new worker in place of the dead one, and ran its unfinished batches again from their beginning.
# (`workers` counts everyone who returned answers, including the dead one.)
#
# That's safe here because labeling is **idempotent**: doing it again gives the same label and
# changes nothing else. Sending a mail or charging a card is not.
#
# What if the whole job dies? It should write each part under its own name when it's finished, and
# skip the parts that are already there when it starts again. It then repeats a few parts, and not
# the whole night.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("16_outgrow_one_machine", "worker-dies")

# %% [markdown] tags=["prose"]
# So what does the desk do with its ten million texts? With the small model, nothing changes: one
# loop, about a minute. With the transformer, sorting by length leaves ${transformer_sorted} for a
# core. If four cores share that evenly, it's ${transformer_on_four}, and the start no longer
# matters: the archive is ready by morning. (We computed this from measurements of one core, so the
# desk times a small part first.) Many machines have four cores, so the desk buys no cluster. It
# starts four workers on the machine it has, and keeps each finished part.
# ([Notebook 15](15_when_batching_loses.ipynb) has faster engines. On one core, the one that changes
# no label still needs ${transformer_engine}.)

# %% [markdown] tags=["try-it"]
# **Try it.** Be the desk when its job dies. Open a terminal (in JupyterLab: *File*, *New*,
# *Terminal*). The first line below makes a file of a million texts, and the second labels them with
# two workers, without Ray. If `lessons` isn't found, first run `. .venv/bin/activate`.
#
# ```sh
# python -c "open('texts.csv', 'w').write('text\n' + 'I love sunny days\n' * 1_000_000)"
# lessons predict --workers 2 --resume --file texts.csv --out labeled.csv
# ```
#
# Stop the second line with Ctrl+C when its bar is about halfway. The finished parts are in the
# folder `labeled.csv.parts`. Then run the same line again: how fast does the bar get back to where
# it was?

# %% [markdown] tags=["check"]
# **Check yourself.** When does a second worker pay off, and what happens to the texts of one that
# dies?

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("16_outgrow_one_machine")

# %% [markdown] tags=["key-insight"]
# > Two workers pay off if half of the work takes longer than starting them and moving the texts. So
# > first measure whether a plain loop is really too slow. And in a long job, something may fail, so
# > make it harmless to label a text twice.

# %% [markdown] tags=["next"]
# The archive is ready by morning, because it can wait for a worker that starts again. A reader
# can't wait for a server, so [notebook 18](18_how_many_copies.ipynb) asks how many copies it needs.
# Before that, the passes themselves change: what if the answer isn't a label but a text, and every
# word of it takes a pass of its own?
#
# ${next}
