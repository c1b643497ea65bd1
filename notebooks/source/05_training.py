# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# Training comes before inference. It sets the numbers that all later stages use.

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

corpus = load_corpus()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you run it:** the model learns from some texts, and is tested on others. As it trains
# on and on, will it get better on both?

# %% [markdown] tags=["prose"]
# The **network** is small. It looks the vectors up, takes their masked mean, and turns that
# into ${classes} scores, one a class. (Notebook eight shows how scores become probabilities.)
# All its numbers can be trained: the word vectors, and the **head** that makes the scores. It
# starts from vectors that were made before, so it does not start from nothing.

# %% tags=["code"]
table = load_word_vectors()
net = SentimentNet(len(table), table=table.vectors)
for name, numbers in net.named_parameters():
    print(f"{name:17} {tuple(numbers.shape)}")

# %% [markdown] tags=["prose"]
# What makes a prediction bad? The **loss** of one text is $-\ln p$, where $p$ is the
# probability that the model gave to the true label. Sure and right costs next to nothing. Sure
# and wrong costs a lot. Someone who has no idea gives each of the ${classes} classes a third.

# %% tags=["code"]
for p in (0.99, 0.5, 1 / 3, 0.01):
    print(f"p = {p:.2f}   loss = {-math.log(p):.2f}")

# %% [markdown] tags=["prose"]
# So a guess costs about ${ln3_short}, the natural logarithm of ${classes}. Now train. One
# **epoch** goes once through all training texts, in small batches. Each batch nudges the
# numbers, so that its own loss would be lower. Watch the curves grow: it takes some seconds.

# %% tags=["code", "nbval-ignore-output"]
print(heavy_step_line("Training", 100))
recipe = Recipe(learning_rate=1.5e-3)  # bolder steps than the shipped model's
trace = train(net, corpus, table.vocabulary, recipe=recipe, on_epoch=LiveCurves())
print(trace)

# %% [markdown] tags=["prose"]
# Read the curves from left to right. On the **training** texts the loss falls in every epoch,
# and the accuracy rises. On the **held-out** texts the loss falls at first, and then it rises
# again. From there on the model learns its texts by heart: that is **overfitting**. The
# held-out curve says when to stop.

# %% tags=["code"]
first, best, last = trace[0], trace[trace.best_epoch() - 1], trace[-1]
print("training loss falls from first to last: ", last.train_loss < first.train_loss)
print("held-out loss ends above its lowest:    ", last.held_out_loss > best.held_out_loss)
print("training accuracy ends above held-out:  ", last.train_accuracy > last.held_out_accuracy)

# %% [markdown] tags=["prose"]
# Now a **reference trace** to hold beside ours. It is given with the course; ours is measured.
# Each row has the epoch, the loss and the accuracy, and what is to be seen. Does ours show it
# too?

# %% tags=["code"]
for point in REFERENCE_TRACE:
    print(f"epoch {point.epoch:2}: {point.loss:.2f} {point.accuracy:.2f}  {point.seen}")

# %% [markdown] tags=["prose"]
# The dots are the reference. Ours takes the same course, but starts better, as its vectors are
# ready-made. The first loss of the reference, ${reference_first_loss}, lies above the
# ${ln3_short} of a guess. That happens when a model is sure and wrong, as with random numbers
# at the start. And it tells of one curve only, so its ${reference_last_accuracy} says nothing
# about new texts.

# %% tags=["code", "nbval-ignore-output"]
plot_training_curves(trace, reference=REFERENCE_TRACE)

# %% [markdown] tags=["prose"]
# Ours stays lower on held-out texts, for good reasons. The texts are short, people do not agree
# on them, and neutral is rare. The shipped model takes smaller steps, and was stopped early. On
# the test texts, which played no part in any choice, it is right on ${test_accuracy} of them.
# Always saying *positive* would be right on ${majority_accuracy}.

# %% [markdown] tags=["try-it"]
# **Try it.** Guess first: what will the curves do if every vector starts by chance? Then press
# the button. Turn one knob at a time; the run before stays as a pale line. What makes the model
# overfit sooner, and what later? And what happens when the steps are far too large?
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_training

show_training()

# %% [markdown] tags=["check"]
# **Check yourself.** Read some curves that you have not seen, and compute a loss or two. Your
# answers are kept on this machine, and come back when you do.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("05_training")

# %% [markdown] tags=["key-insight"]
# > Falling loss and rising accuracy show that the model learns patterns. Only held-out texts
# > show whether the patterns hold for texts it has never seen.

# %% [markdown] tags=["next"]
# ${next}
