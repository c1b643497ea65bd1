# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# The last box: numbers become a word.

# %% tags=["stage-map"]
from lessons_lib import show_stages

show_stages(here="output")

# %% tags=["setup"]
import numpy as np

from lessons_lib import (
    LABELS,
    SentimentPipeline,
    load_corpus_or_demo,
    plot_confidence,
)

pipeline = SentimentPipeline.load()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["predict"]
# **Before you run it:** a model gives the scores minus one, zero and two to three classes.
# Which one wins? And may the scores be called probabilities?

# %% [markdown] tags=["prose"]
# One text passes five layers: input text, preprocessing, feature extraction, model inference,
# prediction. A **trace** keeps all the values on the way.

# %% tags=["code"]
trace = pipeline.trace("The movie was great")
print("1 input:     ", trace.text)
print("2 tokens:    ", trace.tokens)
print("3 features:  ", trace.vectors.shape, "pooled to", trace.pooled.shape)
print("4 logits:    ", " ".join(f"{logit:+.2f}" for logit in trace.logits))
print("5 prediction:", trace.prediction.label)

# %% [markdown] tags=["prose"]
# The model's scores are called **logits**. They may be negative, and they do not sum to one.
# **Softmax** turns them into **probabilities**: raise *e* to each logit, then divide by the
# sum.

# %% tags=["code"]
powers = np.exp(trace.logits)
probabilities = powers / powers.sum()
print("by hand: ", " ".join(f"{p:.3f}" for p in probabilities))
print("pipeline:", " ".join(f"{p:.3f}" for p in trace.prediction.probabilities))
print(f"sum:      {probabilities.sum():.3f}")

# %% [markdown] tags=["prose"]
# Softmax keeps the order: the highest logit gets the highest probability. The label is the
# class at that place. To find the place is called **argmax**.

# %% tags=["code"]
place = int(probabilities.argmax())
print("place", place, "of", [str(label) for label in LABELS], "->", LABELS[place])

# %% [markdown] tags=["prose"]
# The model is linear, so we can say exactly what each word added to each logit. The shares of
# the words and the **bias**, from which each logit starts, add up to the logits.

# %% tags=["code"]
for token, share in zip(trace.tokens, trace.shares, strict=True):
    print(f"{token:8}", " ".join(f"{number:+6.2f}" for number in share))
print("they add up:", np.allclose(trace.shares.sum(axis=0) + trace.bias, trace.logits, atol=1e-4))

# %% [markdown] tags=["prose"]
# A label hides how sure the model was. Take a text that says both things: the top probability
# is low, and the label is little more than a guess.

# %% tags=["code"]
for text in ("A wonderful, lovely day", "The room was cold but the bed was comfortable"):
    prediction = pipeline.trace(text).prediction
    print(f"{max(prediction.probabilities):.2f} {prediction.label:8} <- {text}")

# %% [markdown] tags=["prose"]
# What to do when the top probability is low? **Hold back**: set a threshold, and hand those
# texts to a person. The plot is made from the held-out texts. Look at the price: a higher
# threshold gives better labels, and fewer of them.

# %% tags=["code"]
held_out = load_corpus_or_demo().test
probabilities = pipeline.probabilities([one.text for one in held_out])  # (n, 20) -> (n, 3)
plot_confidence(probabilities, [one.label.number for one in held_out])

# %% [markdown] tags=["try-it"]
# **Try it.** Type a text, and follow it through the five layers. When is the model unsure, and
# when is it sure and wrong? Then set two texts side by side. Add *not*, or swap one word. Which
# word moved the answer? It is not always the one you changed: with more words, each counts less.
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_explorer

show_explorer()

# %% tags=["try-it"]
from lessons_lib import show_text_pair

show_text_pair()

# %% [markdown] tags=["check"]
# **Check yourself.** From logits to a label, and when to doubt it. The last three questions go
# over the whole subject. Your answers are kept on this machine, and come back when you do.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("08_probabilities_to_labels")

# %% [markdown] tags=["key-insight"]
# > The highest of the ${classes} probabilities decides the label. How high it is tells how sure
# > the model is: a hint, not a proof.

# %% [markdown] tags=["next"]
# ${next}
