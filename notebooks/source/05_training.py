# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# Nobody at the listening desk can write rules for sentiment: there are too many words. But people
# have rated thousands of texts. Can a model learn from those how to weigh each word?

# %% [markdown] tags=["stage-map"]
# Training sets the weights that every later prediction uses.

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="training")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("best-epoch")

# %% tags=["setup"]
import math

from lessons_lib import (
    SentimentNet,
    load_corpus,
    load_word_vectors,
    show_outcome,
    train,
)
from lessons_lib.lesson.notebooks import training

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# The **network** is small. It holds the table of word vectors from the previous stage, averages a
# text's vectors without the padding, and turns the average into ${classes} scores, one per class.
# ([Notebook 08](08_probabilities_to_labels.ipynb) shows how scores become probabilities.) All of
# its numbers are trained: both the word vectors and the **head**, the part that computes the
# scores. The vectors come from earlier training, so the model doesn't start from scratch.
#
# `SentimentNet` is a PyTorch module, which means that it holds arrays of numbers and can adjust
# them during training. You don't need to write any PyTorch here.

# %% tags=["code"]
table = load_word_vectors()
net = SentimentNet(len(table), table=table.vectors)
for name, numbers in net.named_parameters():
    print(f"{name:17} {tuple(numbers.shape)}")

# %% [markdown] tags=["prose"]
# How bad is a prediction? Its **loss** is $-\ln p$, where $p$ is the probability that the model
# gave to the correct label. The natural logarithm $\ln$ is zero for $p = 1$ and falls without limit
# as $p$ approaches zero, so with the minus sign, a small $p$ makes a large loss. A model that knows
# nothing gives each of the ${classes} classes a probability of one third.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("loss-of-a-confident-mistake")

# %% [markdown] tags=["prose"]
# Each row shows the probability of the correct label and its loss.

# %% tags=["code", "answers-guess"]
for p in (0.99, 0.5, 1 / 3, 0.01):
    print(f"p = {p:.2f}   loss = {-math.log(p):.2f}")
show_outcome("loss-of-a-confident-mistake", math.log(0.01) / math.log(1 / 3))

# %% [markdown] tags=["prose"]
# A confident, correct prediction costs almost nothing. A pure guess costs about ${ln3_short}, the
# natural logarithm of ${classes}. A confident wrong prediction costs the most, but a logarithm
# changes slowly: each time you divide $p$ by ten, the loss grows by the same amount.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("05_training", "loss")

# %% [markdown] tags=["prose"]
# During training, the model goes through all the training texts several times. Each run through
# all of them is an **epoch**. To see what usually happens, start with a **reference trace**, which
# comes with the course and was not measured here. Each row shows the epoch, the loss, the
# accuracy, and what it shows.

# %% tags=["code"]
for point in training.REFERENCE_TRACE:
    print(f"epoch {point.epoch:2}: {point.loss:.2f} {point.accuracy:.2f}  {point.seen}")
training.plot_training_curves(reference=training.REFERENCE_TRACE)

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("05_training", "reference")

# %% [markdown] tags=["prose"]
# <span class="lessons-in-notebook">Now train a model yourself.</span> Some texts are **held out**:
# the model never trains on them, and they show how well it does on new texts.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("held-out-accuracy")

# %% [markdown] tags=["prose"]
# In each epoch, the model processes the texts in small groups called mini-batches. After each one,
# it adjusts all the weights a little so that the loss on these texts would be lower. How far it
# moves them is set by the *learning rate*. <span class="lessons-in-notebook">Watch the curves grow;
# this takes a few seconds.</span>

# %% tags=["code", "answers-guess", "nbval-ignore-output"]
corpus = load_corpus()
print(training.heavy_step_line("Training", 60))
recipe = training.Recipe(learning_rate=1.5e-3)  # larger steps than for the shipped model
curves = training.LiveCurves(guesses=("best-epoch", "held-out-accuracy"))
trace = train(net, corpus, table.vocabulary, recipe=recipe, on_epoch=curves)
show_outcome("held-out-accuracy", 100 * trace[-1].held_out_accuracy)

# %% [markdown] tags=["prose"]
# Here is your run next to the reference. Look at the two loss curves: where does each end, compared
# with its lowest point?
# <span class="lessons-in-notebook">(`print(trace)` shows the numbers.)</span>

# %% tags=["code", "answers-guess"]
training.plot_training_curves(trace, reference=training.REFERENCE_TRACE)
show_outcome("best-epoch", trace.best_epoch())  # the one with the lowest held-out loss

# %% [markdown] tags=["prose"]
# From the epoch at which the held-out loss starts to rise, the model mainly memorizes its training
# texts, which is called **overfitting**. The held-out curve shows when to stop.
#
# Your model starts with a lower loss than the reference, probably because its word vectors were
# already trained. The reference doesn't say which texts it was measured on, so its final accuracy
# of ${reference_last_accuracy} tells us nothing about new texts. On held-out texts, your model
# stays well below that. The shipped model was trained with smaller steps and stopped early. On the
# test texts, which played no part in any decision, its accuracy is ${test_accuracy}. Always
# answering *positive* would reach ${majority_accuracy}.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("05_training", "curves")

# %% [markdown] tags=["try-it"]
# **Try it.** What will the curves look like if every vector starts out random? Press the button to
# see. Change one setting at a time; the previous run stays visible as a pale line.
# Which settings make the model overfit earlier, and which later? And what happens if the steps
# are far too large?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show

show("training")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("05_training")

# %% [markdown] tags=["key-insight"]
# > A steadily falling loss and a rising accuracy show that the model is learning patterns. Only
# > held-out texts show whether these patterns also apply to texts it has never seen.

# %% [markdown] tags=["next"]
# The weights are ready, and they stay as they are from now on. The night archive holds
# ${archive_texts} texts, and their labels are due by morning: how many should the model take at
# once?
#
# ${next}
