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

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
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

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
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

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
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

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("16_outgrow_one_machine", "worker-dies")

# %% [markdown] tags=["try-it"]
# **Try it.** In a terminal, label a file of your own with two processes, and stop the command with
# Ctrl+C before it's done. Then run the same line again: what does it do with the finished parts?
#
# ```sh
# lessons predict --workers 2 --resume --file texts.csv --out labeled.csv
# ```

# %% [markdown] tags=["check"]
# **Check yourself.** When does a second worker pay off, and what happens to the texts of one that
# dies?

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("16_outgrow_one_machine")

# %% [markdown] tags=["key-insight"]
# > Before you add a worker, measure whether a plain loop is really too slow. In a job of hours,
# > something fails, so make it harmless to label a text twice.

# %% [markdown] tags=["next"]
# A job can wait for a worker that starts again. A server can't: how many copies of a model does it
# need, and who gets which request? [Notebook 18](18_how_many_copies.ipynb) continues from here.
#
# So far, one pass gave a whole answer: a label. What if the answer is a text, and every word of it
# takes a pass of its own?
#
# ${next}
