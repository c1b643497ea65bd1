# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# ## Two ways to run one model
#
# Twelve minutes lead to the key insight; practice comes after it. Think of texts as people who want
# to cross a river. If two arrive per second, which boat would you take? Decide, then try it.

# %% tags=["explore"]
from lessons_lib import show

show("dock")

# %% [markdown] tags=["prose"]
# Running a trained model on new texts is called **inference**, and each crossing is one run, a
# **pass**. A pass has a fixed cost, plus a little for each text.
#
# - The rowboat is **real-time inference**: one text goes in, and its answer comes back right away.
#   It waits only for those ahead of it, never for others to join, but it pays for a whole pass.
# - The ferry is **batch inference**: many texts share a pass, so each of them costs less. But the
#   first one has to wait for the others.
#
# ## Six stages from text to label
#
# A text passes five of them, because the model runs either on all texts together or on a single
# one. The shapes are those of ${archive_texts} texts; the examples show up to three.

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", is_large=True)

# %% [markdown] tags=["prose"]
# Preprocessing splits each text into words, called **tokens**, and keeps at most ${max_tokens}.
# Feature extraction fills a shorter text up, and turns each token into ${features} numbers. From
# these, the model computes a **probability** for each of the ${classes} classes (negative, neutral,
# positive). The class with the highest one becomes the label.
#
# ## Call it yourself
#
# A real-time call takes one string; given a list, it raises an error. A batch call takes a list,
# and returns a list:
#
# ```python
# one = RealTimePredictor(pipeline).predict("I love it")
# many = BatchPredictor(pipeline).predict(["I love it", "How is the weather?"])
# ```
#
# Type a text of your own:

# %% tags=["try-it"]
from lessons_lib import show

show("two-calls")

# %% [markdown] tags=["prose"]
# ## How the model learned
#
# Before any inference, the model was trained on texts that people had rated. In each **epoch**, it
# goes through all of them once and adjusts its numbers, the weights. The **loss** measures its
# mistakes; the **accuracy** is the share of texts it labels correctly. This is a reference run that
# comes with the course:
#
# | epoch | loss | accuracy | what you see |
# |---|---|---|---|
# ${reference_rows}
#
# Below, the dotted gray curve is this run. The others are our own model's, trained where this page
# was made: one on its own texts, one on texts it has never seen (**held out**). Where do they end?

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
from lessons_lib import SentimentNet, load_corpus, load_word_vectors, train
from lessons_lib.lesson.notebooks import training

table = load_word_vectors()
net = SentimentNet(len(table), table=table.vectors)
trace = train(net, load_corpus(), table.vocabulary, recipe=training.Recipe(learning_rate=1.5e-3))
training.plot_training_curves(trace, reference=training.REFERENCE_TRACE)

# %% [markdown] tags=["prose"]
# On new texts, the loss rises again after a while: the model has begun to memorize its own.
#
# ## One prediction in five layers
#
# Input text, preprocessing, feature extraction, model inference, prediction output: type any text,
# scroll in the card, and see what each layer does with it. Which word decides?

# %% tags=["try-it"]
from lessons_lib import show

show("explorer")

# %% [markdown] tags=["prose"]
# ## Test your understanding

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "model-quiz")

# %% [markdown] tags=["prose"]
# ## The key insight
#
# > Batch inference is efficient for processing many texts together; real-time inference is for
# > quick answers to single inputs. A steadily falling loss and a rising accuracy show that a model
# > is learning patterns; only new texts show whether they hold there, too. The output probabilities
# > decide the label.
#
# ## Practice
#
# Five questions, from easy to hard, with hints, solutions in steps, and common mistakes. You can
# run the code in the right answers.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("11_practice")

# %% [markdown] tags=["prose"]
# ## And now?
#
# <a class="lessons-main" href="12_test.ipynb">Take the test of ten questions</a>
#
# It ends with a verdict on how well you know this subject. Or go on with what made you curious: the
# [ten learning modes](00_start_here.ipynb), the [idea with a little code](01_concept.ipynb), or
# [what happens when everyone asks together](09_micro_batching.ipynb).

# %% [markdown] tags=["next"]
# ${next}
