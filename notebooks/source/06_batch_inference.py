# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# The desk's night archive holds ${archive_texts} texts, and each of them needs a label by morning.
# Nobody waits for any single answer, so all that counts is when the last one is done.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("fastest-batch-size")

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="batch")

# %% tags=["setup"]
from statistics import median

from lessons_lib import (
    BatchPredictor,
    FoldedPipeline,
    SentimentPipeline,
    demo_texts,
    load_corpus_or_demo,
    machine_line,
    show_outcome,
)
from lessons_lib.lesson.notebooks import batches

# %% tags=["setup"]
pipeline = SentimentPipeline.load()
archive = demo_texts()[:3] + load_corpus_or_demo().archive(9_997)

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# A **batch call** takes a list of texts. Let's begin with three of them.

# %% tags=["code"]
batch = BatchPredictor(pipeline)
texts = ["I love sunny days", "The movie was great", "How is the weather?"]
for prediction in batch.predict(texts):
    print(prediction)

# %% [markdown] tags=["prose"]
# A list of predictions comes back: one per text, in the same order. Each prediction contains a
# label and the three probabilities behind it.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("vectors-against-texts")

# %% [markdown] tags=["prose"]
# Now let's run the whole archive, one stage at a time, and look at the shape that each stage passes
# on. Its first three texts are those you just saw, so you can recognize their rows.

# %% tags=["code", "answers-guess"]
ids = pipeline.encode(pipeline.preprocess(archive))
vectors = pipeline.lookup(ids)
probabilities = pipeline.infer(vectors, ids)
print(f"{len(archive):,} texts ->", ids.shape, "->", vectors.shape, "->", probabilities.shape)
print(probabilities[:3].round(2))
print(*pipeline.decide(probabilities[:3]))
show_outcome("vectors-against-texts", vectors.nbytes / sum(len(one.encode()) for one in archive))

# %% [markdown] tags=["prose"]
# The first number of each shape counts the texts. The second counts the ${max_tokens} slots for the
# tokens of a text, and the third the ${features} features of each token. The model turns all of
# them into three numbers per text: the probabilities of negative, neutral, and positive. `decide`
# then picks the class with the highest probability in each row.
#
# Each slot takes ${features} features of ${float_bytes} bytes, even if it's padding. That's why the
# vectors need far more memory than the texts, although they're only needed for a moment.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("06_batch_inference", "shapes")

# %% [markdown] tags=["prose"]
# To save memory, `BatchPredictor` doesn't send all texts through together. It splits them into
# chunks, and each chunk is a **batch**, which runs in one pass. The **batch size** is the number of
# texts in a pass.
#
# Think of each pass as a ferry crossing. It has a fixed cost, whether the ferry is full or not. A
# larger ferry divides that cost among more texts, but it also needs more memory. How many crossings
# does the whole archive need?

# %% tags=["explore"]
from lessons_lib import show

show("passes")

# %% [markdown] tags=["prose"]
# Back to your first guess: which batch size gets the archive done fastest? The code below measures
# the throughput of six sizes and marks the **sweet spot**, the one with the most texts per second.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
vectors = None  # they are no longer needed
jobs = batches.jobs_by_batch_size(pipeline, archive, batch_sizes=(1, 8, 64, 512, 2_048, 10_000))
seconds = batches.time_in_turn(jobs, rounds=3, progress=batches.progress_bar)
batches.plot_throughput(seconds, n_texts=len(archive), note=machine_line(n=len(archive), rounds=3))
show_outcome("fastest-batch-size", batches.find_sweet_spot(seconds))

# %% [markdown] tags=["prose"]
# At large sizes, the throughput can drop: there's hardly any fixed cost left to save, and each pass
# claims new memory for vectors that no longer fit into the processor's fast memory. (That's our
# explanation; the plot shows only times.) The vertical lines show how much the rounds differed.
# Where they overlap, the sizes are about equally good.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("06_batch_inference", "batch-size")

# %% [markdown] tags=["prose"]
# At the sweet spot, nearly all of the time goes into the texts themselves. Two ideas make a text
# cheaper, without changing the model:
#
# - *Fold the head into the vectors.* The head, which turns a text's mean vector into three scores,
#   only multiplies and adds, so `score(mean(a, b))` equals `mean(score(a), score(b))`. We score
#   every word once, when the model is loaded, and keep its scores instead of its ${features}
#   features.
# - *Read all texts of a batch together.* Instead of handling one word after another in Python, join
#   the texts into one long array, and let numpy split it into words and look up their ids in a few
#   operations.
#
# The **folded path** does both; the version you've seen so far is the **textbook path**.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("folded-against-textbook")

# %% [markdown] tags=["prose"]
# The code below measures each stage of both paths. The folded `encode` does the work of
# `preprocess` and `encode`, and `score` that of `lookup` and `infer`. Which of the two ideas saves
# more time?

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
folded, chunk = FoldedPipeline.load(), archive[:512]
paths = {
    "textbook": batches.time_in_turn(batches.textbook_stages(pipeline, chunk), rounds=20),
    "folded": batches.time_in_turn(batches.folded_stages(folded, chunk), rounds=20),
}
batches.plot_stage_costs(paths, n_texts=len(chunk), note=machine_line(n=len(chunk), rounds=20))
totals = {path: sum(map(median, stages.values())) for path, stages in paths.items()}
show_outcome("folded-against-textbook", totals["textbook"] / totals["folded"])

# %% [markdown] tags=["prose"]
# The second idea saves more, because most of the time went into reading texts and turning words
# into ids. The folded path is named after the first.
#
# The model is the same, whatever the path or the batch size. Are the answers the same, too?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("changed-by-the-batch-size")

# %% [markdown] tags=["prose"]
# The code below compares predictions bit by bit with those from one text per pass, first in batches
# and then on the folded path.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
single = BatchPredictor(pipeline, batch_size=1)
runs = {"one by one": single, "in batches": batch, "folded path": BatchPredictor(folded)}
found = batches.compare_predictions(runs, archive)
for name, differences in found.items():
    print(f"{name:11}: {differences}")
show_outcome("changed-by-the-batch-size", 100 * found["in batches"].predictions / len(archive))

# %% [markdown] tags=["prose"]
# Many predictions changed, but only in their last digits, and no label flipped. The batch size
# changes the order in which numbers are added, and a computer rounds after every addition. So don't
# compare two runs bit by bit, for instance before and after an update. Compare labels, or allow a
# small tolerance.
#
# On the textbook path, each row has ${max_tokens} ids, so the model does as much for a short text
# as for a long one. Larger models usually pad each batch to its longest text. They spend nearly
# all their time on arithmetic, and do as much of it for **padding** as for words.

# %% tags=["explore"]
from lessons_lib import show

show("padding")

# %% [markdown] tags=["prose"]
# A single long text among short ones makes the whole batch expensive. It helps to sort the texts by
# length before splitting them into batches, or to limit the number of tokens in a batch rather than
# the number of texts.
#
# **Hardware** matters, too. A GPU has thousands of arithmetic units, and a single short text leaves
# most of them idle, so batches usually gain a lot there. A CPU core has far fewer units, so
# measurements on one kind of hardware don't carry over to the other.
#
# So measure with your own texts on your own hardware, as
# [Hugging Face's documentation](https://huggingface.co/docs/transformers/main_classes/pipelines#pipeline-batching)
# recommends. It also advises against batching when someone is waiting for the answer.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("06_batch_inference", "padding")

# %% [markdown] tags=["try-it"]
# **Try it.** The first and the last of these texts are equal, but don't share a batch.
# <span class="lessons-in-notebook">Replace those between them, and try other batch sizes.</span>
# Can one text flip the label of another?
#
# ${run_above}

# %% tags=["try-it"]
texts = ["Lovely park", "The bus was late", "What a waste of time", "Lovely park"]
for prediction in BatchPredictor(pipeline, batch_size=2).predict(texts):
    print(prediction)

# %% [markdown] tags=["check"]
# **Check yourself.** These questions are about batch sizes, and about hardware. You can check many
# of the answers by running a line of code.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("06_batch_inference")

# %% [markdown] tags=["key-insight"]
# > Batch inference runs many texts together. They share the cost of each pass, so the whole
# > archive is finished sooner, but no single text gets its answer right away.

# %% [markdown] tags=["next"]
# By morning, the archive is done. But the desk's site also has a comment box, where one person has
# just typed one text and is looking at the screen: how soon can a single passenger get across?
#
# ${next}
