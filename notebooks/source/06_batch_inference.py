# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# This notebook is about the model stage when many texts go through it together.

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
archive = demo_texts()[:3] + load_corpus_or_demo().archive(9_997)

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you run it:** the next cell passes a list of texts to the model in one call. What
# comes back: one answer, or many? In which order?

# %% tags=["code"]
batch = BatchPredictor(pipeline)
predictions = batch.predict(demo_texts()[:4])
for text, prediction in zip(demo_texts(), predictions, strict=False):
    print(f"{prediction.label:8} <- {text}")

# %% [markdown] tags=["prose"]
# A **batch call** takes a list of texts and returns a list of predictions: one per text, in the
# same order. Each prediction contains a label and the three probabilities behind it.
#
# Now let's run a whole archive of ${archive_texts} texts, one stage at a time, and look at the
# shape that each stage passes on. The first three texts of the archive are the demo sentences
# you just saw, so you can recognize their rows.

# %% tags=["code"]
tokens = pipeline.preprocess(archive)
ids = pipeline.encode(tokens)
vectors = pipeline.lookup(ids)
probabilities = pipeline.infer(vectors, ids)
labels = pipeline.decide(probabilities)
print(len(tokens), "lists of tokens ->", ids.shape, vectors.shape, probabilities.shape)
for row, label in zip(probabilities[:3], labels, strict=False):
    print(*(f"{probability:.2f}" for probability in row), "->", label)

# %% [markdown] tags=["prose"]
# The first axis is always the number of texts. The last one is what we know about each of them
# or each of their tokens: first ids, then ${features} features, and finally three
# probabilities. The rows below the shapes are the start of that last matrix, with the
# probabilities of negative, neutral, and positive. The model stage ends here; `decide` only picks
# the class with the highest probability in each row.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("06_batch_inference", "shapes")

# %% [markdown] tags=["prose"]
# In that cell, everything was in memory at the same time. An id takes ${id_bytes} bytes and any
# other number ${float_bytes}, so you can compute the size of each block from its shape. The
# vectors are by far the largest block, although they're only needed for a moment. That's why
# `BatchPredictor` splits the texts into chunks. The **batch size** is the number of texts that
# share one pass through the model.

# %% tags=["code"]
print(f"all at once: {ids.nbytes / 1e6:.2f} MB of ids, {vectors.nbytes / 1e6:.2f} MB of vectors")
for batch_size in (1, 32, 512, 10_000):
    passes = -(-len(archive) // batch_size)
    megabytes = batch_size * vectors[0].nbytes / 1e6
    print(f"batch size {batch_size:6}: {passes:6} passes, {megabytes:7.3f} MB of vectors in each")
del vectors  # the largest block is no longer needed

# %% [markdown] tags=["prose"]
# Every pass has a fixed cost, whether it carries one text or thousands, and a larger batch
# divides that cost among more texts. The next cell measures the throughput of six batch sizes.
# Look for the **sweet spot**, the batch size with the most texts per second. Is it the largest
# one?

# %% tags=["code", "nbval-ignore-output"]
sizes = (1, 8, 64, 512, 2_048, 10_000)
jobs = {size: partial(BatchPredictor(pipeline, batch_size=size).labels, archive) for size in sizes}
seconds = time_in_turn(jobs, rounds=3, progress=progress_bar)
plot_throughput(seconds, n_texts=len(archive), note=machine_line(n=len(archive), rounds=3))

# %% [markdown] tags=["prose"]
# Usually the curve climbs steeply, flattens, and falls again at the largest sizes. By then there
# is hardly any fixed cost left to save, and the large block of vectors has a cost of its own: each
# pass claims new memory for it, and its numbers no longer fit into the processor's fast memory. The
# plot shows only the times, so the cause is our explanation, not something measured here.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("06_batch_inference", "batch-size")

# %% [markdown] tags=["prose"]
# At the sweet spot, nearly all of the time goes into processing the texts. Some of that work can
# be done in advance. Taking the mean and applying the head are both **linear** steps, so their
# order doesn't matter. We can multiply the word vectors by the head once, when the model is
# loaded, and take the mean afterward. Each word is then left with just three numbers, one
# per class, instead of ${features}. This is the **folded path**; the version you've seen so far is
# the **textbook path**.

# %% tags=["code"]
folded = FoldedPipeline.load()
on_textbook = BatchPredictor(pipeline).labels(archive)
on_folded = BatchPredictor(folded).labels(archive)
chunk = archive[:512]
difference = abs(pipeline.probabilities(chunk) - folded.probabilities(chunk)).max()
print("same labels:", bool((on_textbook == on_folded).all()))
print("probabilities agree to five decimal places:", bool(difference < 1e-5))

# %% [markdown] tags=["prose"]
# It's still the same model, so only the speed can differ. The folded path also reads all texts of
# a batch in one go, which makes its first stage faster. Where does the time for one text go? Find
# the longest bar of each path.

# %% tags=["code", "nbval-ignore-output"]
paths = {
    "textbook": time_in_turn(textbook_stages(pipeline, chunk), rounds=20),
    "folded": time_in_turn(folded_stages(folded, chunk), rounds=20),
}
plot_stage_costs(paths, n_texts=len(chunk), note=machine_line(n=len(chunk), rounds=20))

# %% [markdown] tags=["prose"]
# On a single thread, most of the time goes into reading the texts and turning words into ids. With
# a model this small, the arithmetic is cheap. Larger models spend nearly all their time on
# arithmetic, and batching can even make them slower.
#
# One reason is padding. Our rows always have ${max_tokens} ids, so every text costs the same. Large
# models usually pad each batch to its longest text and do as much work for padding as for words.
# A single long text among short ones then makes the whole batch expensive. It helps to sort the
# texts by length before splitting them into batches, or to limit the number of tokens in a batch
# rather than the number of texts.
#
# Another reason is the hardware. On a CPU, one text can already keep a core busy, so a large model
# gains little from sharing a pass. A GPU has thousands of arithmetic units, and a single short text
# leaves most of them idle, so it usually gains a lot. Measurements on one kind of hardware don't
# carry over to the other. Batching is not automatically a win: the
# [documentation of Hugging Face](https://huggingface.co/docs/transformers/main_classes/pipelines#pipeline-batching)
# says that it can make a model ten times faster or five times slower. It recommends measuring with
# your own texts on your own hardware, and advises against batching on a CPU or when someone is
# waiting for the answer.
#
# Finally, the batch size can change the last digits of a probability, because numbers are added in
# a different order and rounded differently. No label in our archive changes because of that.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("06_batch_inference", "when-batching-loses")

# %% [markdown] tags=["try-it"]
# **Try it.** Look inside one row of a batch: type any text and follow it through the five layers.
# Which word has the strongest influence on the label?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_explorer

show_explorer()

# %% [markdown] tags=["check"]
# **Check yourself.** These questions are about batch sizes, and about when not to batch. You can
# check many of the answers by running a line of code.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("06_batch_inference")

# %% [markdown] tags=["key-insight"]
# > Batch inference runs many texts together. They share the cost of each pass, so the whole archive
# > is finished sooner, but no single text gets its answer right away.

# %% [markdown] tags=["next"]
# ${next}
