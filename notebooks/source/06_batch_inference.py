# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# The model meets all the texts together.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages(here="batch")

# %% tags=["setup"]
from functools import partial

from lessons_lib import (
    BatchPredictor,
    FoldedPipeline,
    SentimentPipeline,
    demo_texts,
    folded_stages,
    load_corpus_or_demo,
    machine_line,
    plot_stage_costs,
    plot_throughput,
    progress_bar,
    textbook_stages,
    time_in_turn,
)

pipeline = SentimentPipeline.load()
archive = load_corpus_or_demo().archive()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you run it:** you hand ${archive_texts} texts to the model in one call. What comes
# back: one answer, or many? In which order?

# %% [markdown] tags=["prose"]
# A **batch call** takes a list of texts. It gives a list of predictions: one for each text, in
# the same order. Each prediction holds a label and the ${classes} probabilities behind it.

# %% tags=["code"]
batch = BatchPredictor(pipeline)
predictions = batch.predict(demo_texts()[:4])
for text, prediction in zip(demo_texts(), predictions, strict=False):
    print(f"{prediction.label:8} <- {text}")

# %% [markdown] tags=["prose"]
# The first answer belongs to the first text, and so on. Now the whole archive. We call each
# stage alone, and look at the shape that it gives to the next one.

# %% tags=["code"]
tokens = pipeline.preprocess(archive)
ids = pipeline.encode(tokens)
vectors = pipeline.lookup(ids)
probabilities = pipeline.infer(vectors, ids)
labels = pipeline.decide(probabilities)
print(len(archive), "texts ->", len(tokens), "lists of at most", max(map(len, tokens)), "tokens")
print(ids.shape, "->", vectors.shape, "->", probabilities.shape, "->", len(labels), "labels")

# %% [markdown] tags=["prose"]
# The number of texts stays in front all the way. The last number tells what we know of each
# one: first ids, then features, then ${classes} probabilities.
#
# All of it lies in memory at once. An id takes ${id_bytes} bytes, every other number
# ${float_bytes}. So the shape tells the size. The vectors are by far the largest block, and they
# are needed for a moment only. So `BatchPredictor` runs the texts in chunks. The **batch size**
# says how many texts share one pass through the model.

# %% tags=["code"]
print(f"all at once: {ids.nbytes / 1e6:.2f} MB of ids, {vectors.nbytes / 1e6:.2f} MB of vectors")
for batch_size in (1, 32, 512, 10_000):
    passes = -(-len(archive) // batch_size)
    megabytes = batch_size * vectors[0].nbytes / 1e6
    print(f"batch size {batch_size:6}: {passes:6} passes, {megabytes:7.3f} MB of vectors in each")
del vectors  # the largest block is not needed any more

# %% [markdown] tags=["prose"]
# A pass has a fixed cost, whether it carries one text or many. Large batches share it. But a
# block that is too large no longer fits the processor's fast memory. Look for the **sweet
# spot**: the batch size with the most texts per second. Is it the largest one?

# %% tags=["code", "nbval-ignore-output"]
sizes = (1, 8, 64, 512, 2_048, 10_000)
jobs = {size: partial(BatchPredictor(pipeline, batch_size=size).labels, archive) for size in sizes}
seconds = time_in_turn(jobs, rounds=3, progress=progress_bar)
plot_throughput(seconds, n_texts=len(archive), note=machine_line(n=len(archive), rounds=3))

# %% [markdown] tags=["prose"]
# At the sweet spot the fixed cost of a pass hardly counts any more. What is left is the work for
# each text. Averaging and the head are both **linear**: to average first and multiply then, or
# the other way round, gives the same. So the head can be multiplied into the vectors once, at
# loading. What is left of each word is how much it speaks for each class, in place of
# ${features} numbers. This is the **folded path**; the one before is the **textbook path**.

# %% tags=["code"]
folded = FoldedPipeline.load()
on_textbook = BatchPredictor(pipeline).labels(archive)
on_folded = BatchPredictor(folded).labels(archive)
chunk = archive[:512]
difference = abs(pipeline.probabilities(chunk) - folded.probabilities(chunk)).max()
print("same labels:", bool((on_textbook == on_folded).all()))
print("probabilities agree to five places:", bool(difference < 1e-5))

# %% [markdown] tags=["prose"]
# It is the same model, so only the speed can differ. The folded path also reads all texts of a
# batch in one go, which makes its first stage quicker. Where does the time of a text go? Look at
# the longest bar of each path. On one thread, most of it is to read the text.

# %% tags=["code", "nbval-ignore-output"]
paths = {
    "textbook": time_in_turn(textbook_stages(pipeline, chunk), rounds=20),
    "folded": time_in_turn(folded_stages(folded, chunk), rounds=20),
}
plot_stage_costs(paths, n_texts=len(chunk), note=machine_line(n=len(chunk), rounds=20))

# %% [markdown] tags=["try-it"]
# **Try it.** Look into one row of a batch. Type any text, and follow it through the five
# layers. Which word pushes the label the most?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_explorer

show_explorer()

# %% [markdown] tags=["check"]
# **Check yourself.** Count passes and follow shapes. Most answers can be checked by running a
# line of code. Your answers are kept on this machine, and come back when you do.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("06_batch_inference")

# %% [markdown] tags=["key-insight"]
# > Batch inference takes many texts together. Each pass is shared, so the whole archive is done
# > sooner, though nobody gets an answer at once.

# %% [markdown] tags=["next"]
# ${next}
