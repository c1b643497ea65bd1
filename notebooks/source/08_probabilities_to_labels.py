# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["stage-map"]
# In the last stage, numbers become a word.

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
# **Before you run it:** a model gives three classes the scores minus one, zero, and two. Which
# class wins? And can you call these scores probabilities?

# %% [markdown] tags=["prose"]
# A prediction has five layers: input text, text preprocessing, feature extraction, model
# inference, and prediction output. A **trace** keeps all the values along the way. Model inference
# ends in ${classes} probabilities, and the last layer only has to decide.

# %% tags=["code"]
trace = pipeline.trace("The movie was great")
print("1 input text:        ", trace.text)
print("2 text preprocessing:", trace.tokens)
print("3 feature extraction:", trace.vectors.shape, "averaged to", trace.pooled.shape)
print("4 model inference:    logits", " ".join(f"{logit:+.2f}" for logit in trace.logits))
print("                      probabilities", " ".join(f"{p:.4f}" for p in trace.probabilities))
print("5 prediction output: ", trace.prediction.label)

# %% [markdown] tags=["prose"]
# The model's scores are called **logits**. They can be negative, and they don't sum to one.
# **Softmax** turns them into **probabilities**: raise *e* to each logit, then divide by the sum.
# The order stays the same, so the highest logit gets the highest probability. Finding the
# position of the highest one is called **argmax**, and the class at that position is the label.

# %% tags=["code"]
powers = np.exp(trace.logits)
probabilities = powers / powers.sum()
print("by hand: ", " ".join(f"{p:.4f}" for p in probabilities))
print("pipeline:", " ".join(f"{p:.4f}" for p in trace.probabilities))
print(f"sum:      {probabilities.sum():.4f}")
index = int(probabilities.argmax())
print("argmax:  ", index, "of", [str(label) for label in LABELS], "->", LABELS[index])

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("08_probabilities_to_labels", "softmax")

# %% [markdown] tags=["prose"]
# The model is linear, so you can see exactly what each word adds to the ${classes} logits: its
# own scores, divided by the number of words. (Every logit starts from a small **bias**.) Compare
# the rows for *not* in these two texts, and look at the predictions.

# %% tags=["code"]
for text in ("not good", "not bad"):
    one = pipeline.trace(text)
    for token, share in zip(one.tokens, one.shares, strict=True):
        print(f"{token:4}", " ".join(f"{number:+.2f}" for number in share))
    print(one.prediction, "<-", text)

# %% [markdown] tags=["prose"]
# Both predictions are wrong, for the same reason. The word *not* adds the same numbers each time
# because an average of word vectors can't know which word *not* belongs to. It makes *good* a bit
# less positive and *bad* even more negative.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("08_probabilities_to_labels", "negation")

# %% [markdown] tags=["prose"]
# The label alone doesn't show how sure the model was. If the highest probability is low, the
# label is little better than a guess. Even a high one is no proof. The word *movie* says nothing
# good or bad, but more negative than positive training texts contain it.

# %% tags=["code"]
for text in ("A wonderful, lovely day", "The room was cold but the bed was comfortable", "movie"):
    prediction = pipeline.trace(text).prediction
    print(f"{max(prediction.probabilities):.2f} {prediction.label:8} <- {text}")

# %% [markdown] tags=["prose"]
# What can you do when the highest probability is low? **Withhold** the label: set a threshold,
# and send every text below it to a reviewer. A higher threshold usually means better labels, but
# fewer of them. To choose one, look at the **validation** split, which the model wasn't trained on.

# %% tags=["code"]
corpus = load_corpus_or_demo()
probabilities = pipeline.probabilities([one.text for one in corpus.validation])  # (n, 3)
plot_confidence(probabilities, [one.label.number for one in corpus.validation])

# %% [markdown] tags=["prose"]
# Suppose at least four out of five accepted labels should be correct. Read the threshold for that
# off the plot, then measure its effect **once** on the **test** split. These texts played no part
# in the choice, so the choice can't inflate the result.

# %% tags=["code"]
threshold = 0.6
probabilities = pipeline.probabilities([one.text for one in corpus.test])  # (n, 3)
accepted = probabilities.max(axis=1) >= threshold
right = probabilities.argmax(axis=1) == [one.label.number for one in corpus.test]
print(f"accepted on test: {100 * accepted.mean():.0f} %")
print(f"right among them: {100 * right[accepted].mean():.0f} %")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("08_probabilities_to_labels", "threshold")

# %% [markdown] tags=["try-it"]
# **Try it.** Type a text and follow it through the five layers. When is the model unsure, and
# when is it confident but wrong? Then compare two texts, starting with *not good* and *not bad*.
# Change a word, and see which word has the largest effect on the prediction. It isn't always the
# one you changed, because each word counts less in a longer text.
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show_explorer

show_explorer()

# %% tags=["try-it"]
from lessons_lib import show_text_pair

show_text_pair()

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("08_probabilities_to_labels")

# %% [markdown] tags=["check"]
# **Test your understanding.** Three questions about the whole subject: the two modes, the flow of
# data, and the reference training trace.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("08_probabilities_to_labels", "model-quiz")

# %% [markdown] tags=["key-insight"]
# > The highest of the ${classes} probabilities decides the label. How high it is shows how sure
# > the model is: a hint, not a proof.

# %% [markdown] tags=["next"]
# ${next}
