# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# The model meets all the texts together.

# %% tags=["stage-map"]
from lessons_lib.widgets.stage_map import StageMap

StageMap(here="batch")

# %% tags=["setup"]
from functools import partial

from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.pipeline import SentimentPipeline
from lessons_lib.text.corpus import load_corpus_or_demo
from lessons_lib.text.demo import demo_texts
from lessons_lib.timing.latency import time_job
from lessons_lib.widgets.text_explorer import TextExplorer

# %% tags=["setup"]
pipeline = SentimentPipeline.load()
archive = load_corpus_or_demo().archive()

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
# ${float_bytes}. So the shape tells the size.

# %% tags=["code"]
for name, block in {"ids": ids, "vectors": vectors, "probabilities": probabilities}.items():
    print(f"{name:14} {block.shape!s:17} {block.nbytes / 1e6:7.2f} MB")

# %% [markdown] tags=["prose"]
# The vectors are by far the largest block, and they are only needed for a moment. So
# `BatchPredictor` runs the texts in chunks. The **batch size** says how many texts share one
# pass through the model. Count the passes: texts divided by batch size, rounded up.

# %% tags=["code"]
for batch_size in (1, 32, 512, 10_000):
    passes = -(-len(archive) // batch_size)
    megabytes = batch_size * vectors[0].nbytes / 1e6
    print(f"batch size {batch_size:6}: {passes:6} passes, {megabytes:7.3f} MB of vectors in each")

# %% [markdown] tags=["prose"]
# A pass has a fixed cost, whether it carries one text or many. Large batches share it. But a
# block that is too large no longer fits the processor's fast memory. Look for the batch size
# with the most texts per second. Is the largest one the fastest?

# %% tags=["code", "nbval-ignore-output"]
for batch_size in (1, 32, 512, 10_000):
    predictor = BatchPredictor(pipeline, batch_size=batch_size)
    seconds = time_job(partial(predictor.labels, archive))
    print(f"batch size {batch_size:6}: {len(archive) / seconds:10,.0f} texts per second")

# %% [markdown] tags=["prose"]
# The chunks change the speed only, never the answers. Ask for one text alone, and then as part
# of the archive: the label is the same.

# %% tags=["code"]
together = batch.labels(archive)
one_by_one = BatchPredictor(pipeline, batch_size=1).labels(archive)
print("same labels:", bool((together == one_by_one).all()))

# %% [markdown] tags=["try-it"]
# **Try it.** Look into one row of a batch. Type any text, and follow it through the five
# layers. Which word pushes the label the most?

# %% tags=["try-it"]
TextExplorer(trace=pipeline.trace, text=demo_texts()[0])

# %% [markdown] tags=["check"]
# **Check yourself.** Count passes and follow shapes. Most answers can be checked by running a
# line of code. Your answers are kept on this machine, and come back when you do.

# %% tags=["check"]
from lessons_lib.widgets.quiz_card import show_quiz

show_quiz("06_batch_inference")

# %% [markdown] tags=["key-insight"]
# > Batch inference takes many texts together. Each pass is shared, so the whole archive is done
# > sooner, though nobody gets an answer at once.

# %% [markdown] tags=["next"]
# ${next}
