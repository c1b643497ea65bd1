# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# Readers complain about wrong labels, so the desk tries a larger, much slower model: a transformer.
# How much do batches help it?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("transformer-in-eights")

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="batch")

# %% tags=["setup"]
from statistics import median

from lessons_lib import load_corpus_or_demo, load_transformer, show_outcome
from lessons_lib.lesson.notebooks import heavy

# %% tags=["setup", "nbval-ignore-output"]
print(heavy.heavy_step_line("The transformer", 500))
transformer = load_transformer()
texts = load_corpus_or_demo().archive(128)

# %% [markdown] tags=["setup"]
# ${run_setup} <span class="lessons-in-notebook">If the transformer isn't on this machine, the
# output above says how to get it. Until then, the cells below show **stored figures**: measurements
# of another machine.</span>

# %% [markdown] tags=["prose"]
# The transformer is [MiniLM](https://arxiv.org/abs/2002.10957), a small one of its kind. While our
# model averages the vectors of the words right away, the transformer first lets each word look at
# all the others, in six layers. So *not bad* can mean something other than *not* and *bad*, but
# every text takes a lot more arithmetic.
#
# The code below labels the first texts of the archive, with different numbers of texts per pass.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
speeds = heavy.time_batch_sizes(transformer, texts)
by_size = {int(size): seconds for size, seconds in speeds.values.items()}
heavy.plot_throughput(by_size, n_texts=len(texts), note=speeds.note)
show_outcome("transformer-in-eights", median(by_size[1]) / median(by_size[8]))

# %% [markdown] tags=["prose"]
# Batching helps far less than it did for the small model. And beyond a certain size, at the right
# end of the curve, larger batches *cost* throughput.
#
# To see why, let's take padding out of the picture first. In the next measurement, all texts of a
# batch are the same, and the small model labels them, too, on its textbook path. Each pass then has
# a **price per call**, the fixed cost that its texts share, and a price per text, which no batch
# can lower.

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
equal = heavy.time_equal_texts(transformer, texts)
print(heavy.read_prices(equal))
print(equal.note)

# %% [markdown] tags=["prose"]
# For the small model, nearly all of a call is overhead: checking arguments, starting operations,
# passing results from one layer of software to the next. That's what a batch saves. A call to the
# transformer has its price, too, so a batch of texts of equal length does pay off. In the stored
# figures, eight of them reach ${gain_of_equal_texts} times the throughput of single texts. For the
# texts of the archive, which
# differ in length, this factor is ${gain_of_mixed_texts}: **padding** costs most of what the batch
# saves, or all of it.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("15_when_batching_loses", "price-per-call")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("one-long-text")

# %% [markdown] tags=["prose"]
# Our small model cuts or pads every text to ${max_tokens} tokens. The transformer accepts up to
# ${most_pieces} **word pieces** (frequent words and parts of rarer ones), and pads each batch to
# its longest text. Below, one of eight short texts has been replaced with a long one. Each row is a
# text.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
mixed = heavy.word_pieces(transformer, heavy.with_long_text(texts)).values["pieces"]
heavy.plot_padding({"with a long text": mixed}, batch_size=8)
long = heavy.time_long_text(transformer, texts)
short_s, mixed_s = (median(seconds) for seconds in long.values.values())
print(f"{1000 * short_s:.0f} ms for eight short texts, {1000 * mixed_s:.0f} ms with a long one")
print(long.note)
show_outcome("one-long-text", mixed_s / short_s)

# %% [markdown] tags=["prose"]
# Seven people who sent a short comment now wait for one who sent a letter. For a pile of texts,
# there's a remedy: sort it by length, so that texts of about the same length share a pass. With
# `sort_by_length=True`, a `BatchPredictor` does that, and still returns the answers in your order.

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
pieces = heavy.word_pieces(transformer, texts).values["pieces"]
heavy.plot_padding({"as they come": pieces, "sorted by length": sorted(pieces)}, batch_size=32)
sorting = heavy.time_sorting(transformer, texts)
came_s, sorted_s = (median(seconds) for seconds in sorting.values.values())
print(f"sorted by length, the same texts take {100 * (1 - sorted_s / came_s):.0f} % less time")
print(sorting.note)

# %% [markdown] tags=["prose"]
# A real-time server can't sort what hasn't arrived yet. It can limit a batch by its word pieces
# instead of its texts, or keep a queue for each range of lengths.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("15_when_batching_loses", "padding")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("times-slower")

# %% [markdown] tags=["prose"]
# Is the transformer worth it? Both models learned from the same ratings. We compare it with the
# small model on its folded path, one text at a time. The **macro-F1** is the mean of the three
# labels' F1, which is high only if most texts with that label get it, and few others do.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
waits = heavy.time_one_text(transformer, texts)
print(heavy.compare_models(waits) + f"\n{waits.note}")
small_s, large_s = (median(seconds) for seconds in waits.values.values())
show_outcome("times-slower", large_s / small_s)

# %% [markdown] tags=["prose"]
# Someone at the comment box won't notice either wait. For the night archive, the cost grows with
# the running time. Many teams use both models, the large one only for texts that the small one is
# unsure about. That can't catch *not bad*, where the small model is sure and wrong.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("another-engine")

# %% [markdown] tags=["prose"]
# Can the transformer itself be made faster, without any batch? So far, torch has run its operations
# one after another, as Python called them. An **inference engine** such as
# [onnxruntime](https://onnxruntime.ai/docs/) gets the whole network as a file, and merges and
# arranges operations before the first text arrives. With **quantization**, it also calculates with
# weights that were rounded to a single byte each (int8). This can change a label now and then, so
# the code below counts such changes, too. <span class="lessons-in-notebook">To measure it here, you
# need the extra `runtime`.</span>

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
engines = heavy.load_engines(transformer)
run = heavy.time_engines(engines, texts)
print(heavy.read_engines(run))
print(run.note)
show_outcome("another-engine", heavy.gain_of_engine(run.values))

# %% [markdown] tags=["prose"]
# In the stored figures, the same weights run ${gain_of_onnxruntime} times as fast in the other
# engine, one text at a time, and no label changes. In int8, it's ${gain_of_int8} times, and
# ${labels_changed_by_int8} of ${archive_first} labels change. Are the new ones worse? On the test
# split, ${corrected_by_int8} labels became correct and ${spoiled_by_int8} wrong, and the macro-F1
# went from ${f1_of_torch} to ${f1_of_int8}.
#
# What's left of batching? In both, batches of eight are *slower* than single texts: hardly any
# price per call is left to save, but padding costs as much as ever. Sorting wins that back.
#
# So **before you batch**, try what leaves every label as it is: a faster engine and, for a pile of
# texts, sorting by length. Next, quantize, if the changed labels are good enough; check that on
# texts whose labels you know. Tune a batch size last.
#
# <details><summary>And on a GPU?</summary>
#
# There, batches can save much more, because it does the arithmetic of many texts at the same time.
# Hugging Face's documentation
# [reports](https://github.com/huggingface/transformers/blob/029d4244cc49b35dd9a9732905e975f3b420125b/docs/source/en/main_classes/pipelines.md#pipeline-batching)
# how many texts per second a classifier labeled on an old one. A long text had a hundred times as
# many word pieces as a short one, and a dash means that the memory was too small:
#
# ${texts_per_s_on_a_gpu}
#
# Without padding, batches gain a factor of nearly fourteen. With one long text in each of the
# larger ones, they are about five times *slower* than single texts.
#
# </details>

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("15_when_batching_loses", "engines")

# %% [markdown] tags=["try-it"]
# **Try it.** Type texts that the small model gets wrong. Does the transformer do better?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show

show("two-models")

# %% [markdown] tags=["check"]
# **Check yourself.** What does a batch save, what does padding cost, and when is a larger model
# worth the wait?

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("15_when_batching_loses")

# %% [markdown] tags=["key-insight"]
# > Batching saves the price per call, and padding can cost all of it. So before you tune a batch
# > size, measure both, and try another engine.

# %% [markdown] tags=["next"]
# In the stored figures, a core labels ${transformer_per_s} texts per second with the transformer.
# What if the archive grows to ten million texts, and one machine is no longer enough?
#
# ${next}
