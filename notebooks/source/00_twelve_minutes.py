# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["prose"]
# ## Two ways to run one model
#
# Twelve minutes lead to the key insight; practice comes after it. Think of texts as people who want
# to cross a river. Watch both boats, then let two, or five hundred, people arrive per second.

# %% tags=["explore"]
from lessons_lib import show

show("dock")

# %% [markdown] tags=["prose"]
# Running a trained model on new texts is called **inference**, and each crossing is one run, a
# **pass**. A pass has a fixed cost, however many texts it carries.
#
# - The rowboat is **real-time inference**: one text goes in, and its answer comes back right away.
#   Nobody waits for others, but each text pays for a whole pass.
# - The ferry is **batch inference**: many texts share a pass, so each of them costs less. But the
#   first one has to wait for the others.
#
# ## Six stages from text to label
#
# In both modes, a text takes the same route, except that the model runs on all texts together in
# one mode, and on a single text in the other. Here are three texts on their way, with what goes
# into each stage and what comes out.

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", is_large=True)

# %% [markdown] tags=["prose"]
# Preprocessing splits each text into words, called **tokens**. It cuts a text after ${max_tokens}
# of them, and fills a shorter one up. Feature extraction turns each token into ${features} numbers.
# From these, the model computes a **probability** for each of the ${classes} classes (negative,
# neutral, positive), and the highest one becomes the label.
#
# ## Call it yourself
#
# A real-time call takes one string; given a list, it raises an error. A batch call takes a list,
# and returns a list. Type a text of your own:

# %% tags=["try-it"]
from lessons_lib import show

show("two-calls")

# %% [markdown] tags=["prose"]
# ## How the model learned
#
# Before any inference, the model was **trained** on texts that people had rated. In each **epoch**,
# it goes through all of them once and adjusts its numbers, the **weights**. The **loss** measures
# its mistakes; the **accuracy** is the share of texts it labels correctly. This is a reference run
# that comes with the course:
#
# | epoch | loss | accuracy | what you see |
# |---|---|---|---|
# ${reference_rows}
#
# The reference is the dotted gray curve below. The other curves are those of our own model, which
# was trained where this page was made. On texts it had never seen (**held out**), it does worse
# than on those it learned from, and after a while its loss there rises again: a falling loss says
# how well a model knows its own texts, not how well it does on new ones.

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
from lessons_lib import SentimentNet, load_corpus, load_word_vectors, train
from lessons_lib.lesson.notebooks import training

table = load_word_vectors()
net = SentimentNet(len(table), table=table.vectors)
trace = train(net, load_corpus(), table.vocabulary, recipe=training.Recipe(learning_rate=1.5e-3))
training.plot_training_curves(trace, reference=training.REFERENCE_TRACE)

# %% [markdown] tags=["prose"]
# ## One prediction in five layers
#
# Input text, preprocessing, feature extraction, model inference, prediction output: type any text
# and see what each layer does with it. Which word decides?

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
# Five questions, from easy to hard, with hints, solutions in steps, and common mistakes. What the
# right answers call, you can run.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("11_practice")

# %% [markdown] tags=["prose"]
# ## And now?
#
# <a class="lessons-main" href="12_test.ipynb">Take the test of ten questions</a>
#
# It ends with a verdict on how well you know this pattern. Or go on with what made you curious: the
# [ten learning modes](00_start_here.ipynb), the [idea with a little code](01_concept.ipynb), or
# [what happens when everyone asks together](09_micro_batching.ipynb).

# %% [markdown] tags=["next"]
# ${next}
