# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# Training comes before inference. It sets the weights that every later prediction uses.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages(here="training")

# %% tags=["setup"]
import math

from lessons_lib import (
    REFERENCE_TRACE,
    LiveCurves,
    Recipe,
    SentimentNet,
    heavy_step_line,
    load_corpus,
    load_word_vectors,
    plot_training_curves,
    train,
)

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you run it:** the model trains on some texts and is measured on others. If it trains
# for longer and longer, will it keep improving on both?

# %% [markdown] tags=["prose"]
# The **network** is small. It looks up the word vectors, averages them without the padding, and
# turns the average into ${classes} scores, one per class. (Notebook eight shows how scores become
# probabilities.) All of its numbers are trained: both the word vectors and the **head** that
# computes the scores. The vectors have been trained before, so the model doesn't start from
# scratch.

# %% tags=["code"]
table = load_word_vectors()
net = SentimentNet(len(table), table=table.vectors)
for name, numbers in net.named_parameters():
    print(f"{name:17} {tuple(numbers.shape)}")

# %% [markdown] tags=["prose"]
# How bad is a prediction? Its **loss** is $-\ln p$, where $p$ is the probability that the model
# gave to the correct label. A confident, correct prediction costs almost nothing; a confident
# wrong one costs a lot. A model that knows nothing gives each of the ${classes} classes a
# probability of one third, so a pure guess costs about ${ln3_short}, the natural logarithm of
# ${classes}.

# %% tags=["code"]
for p in (0.99, 0.5, 1 / 3, 0.01):
    print(f"p = {p:.2f}   loss = {-math.log(p):.2f}")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("05_training", "loss")

# %% [markdown] tags=["prose"]
# During training, the model goes through all the training texts several times. Each run through
# all of them is an **epoch**. To see what usually happens, start with a **reference trace**, which
# comes with the course and was not measured here. Each row shows the epoch, the loss, the
# accuracy, and what to notice.

# %% tags=["code"]
for point in REFERENCE_TRACE:
    print(f"epoch {point.epoch:2}: {point.loss:.2f} {point.accuracy:.2f}  {point.seen}")
plot_training_curves(reference=REFERENCE_TRACE)

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("05_training", "reference")

# %% [markdown] tags=["prose"]
# Now train a model yourself. In each epoch, it processes the texts in small groups called
# mini-batches. After each one, it adjusts all the weights a little so that the loss on these
# texts would be lower. Watch the curves grow; this takes a few seconds.

# %% tags=["code", "nbval-ignore-output"]
corpus = load_corpus()
print(heavy_step_line("Training", 100))
recipe = Recipe(learning_rate=1.5e-3)  # larger steps than for the shipped model
trace = train(net, corpus, table.vocabulary, recipe=recipe, on_epoch=LiveCurves())
print(trace)

# %% [markdown] tags=["prose"]
# Here is your run next to the reference. On the **training** texts, the loss falls in every
# epoch. On the **held-out** texts, it falls at first and then rises again. From that point on,
# the model memorizes its training texts, which is called **overfitting**. The held-out curve
# shows when to stop.

# %% tags=["code"]
plot_training_curves(trace, reference=REFERENCE_TRACE)

# %% [markdown] tags=["prose"]
# Your model starts with a lower loss than the reference because its word vectors were already
# trained. The reference doesn't say which texts it was measured on, so its final accuracy of
# ${reference_last_accuracy} tells us nothing about new texts. On held-out texts, your model stays
# well below that: the texts are short, people disagree about them, and few are neutral. The
# shipped model was trained with smaller steps and stopped early. On the test texts, which played
# no part in any decision, its accuracy is ${test_accuracy}. Always answering *positive* would
# reach ${majority_accuracy}.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("05_training", "curves")

# %% [markdown] tags=["try-it"]
# **Try it.** Guess first: what will the curves look like if every vector starts out random? Then
# press the button. Change one setting at a time; the previous run stays visible as a pale line.
# Which settings make the model overfit earlier, and which later? And what happens if the steps
# are far too large?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_training

show_training()

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("05_training")

# %% [markdown] tags=["key-insight"]
# > A steadily falling loss and a rising accuracy show that the model is learning patterns. Only
# > held-out texts show whether these patterns also apply to texts it has never seen.

# %% [markdown] tags=["next"]
# ${next}
