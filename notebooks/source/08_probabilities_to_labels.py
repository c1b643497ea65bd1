# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# Readers complain to the listening desk that their comments were labeled incorrectly. Every text
# gets a label, so how can the desk know which ones to trust, and what should it do with the others?

# %% [markdown] tags=["stage-map"]
# The last stage turns three probabilities into one label.

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="output")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("label-of-never-tired")

# %% tags=["setup"]
import numpy as np

from lessons_lib import LABELS, SentimentPipeline, load_corpus_or_demo, show_outcome
from lessons_lib.lesson.notebooks import labels

# %% tags=["setup"]
pipeline = SentimentPipeline.load()

# %% [markdown] tags=["setup"]
# ${run_setup}

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
# **Softmax** turns them into probabilities: raise *e* to each logit, then divide by the sum.
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
# ## Where it fails
# The model is linear, so you can see exactly what each word adds to the logits for negative,
# neutral, and positive: its own scores, divided by the number of words. (Every logit starts from a
# small *bias*.) The color under a word is that of the class to which it adds most. Compare *not* in
# the first two texts, and then look for the word that decides the third.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
texts = ("not good", "not bad", "I never get tired of this song")
traces = [pipeline.trace(text) for text in texts]
labels.show_shares(*traces)
show_outcome("label-of-never-tired", str(traces[-1].prediction.label))

# %% [markdown] tags=["prose"]
# In the first two texts, *not* adds the same numbers. It makes *good* less positive and *bad* even
# more negative. In the same way, *never* can't turn *tired* around.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("08_probabilities_to_labels", "negation")

# %% [markdown] tags=["prose"]
# Negation isn't the only problem, and single examples prove little. So the desk counts the correct
# labels on the *test* split, which played no part in training.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("hardest-kind-of-text")

# %% [markdown] tags=["prose"]
# Each row compares one kind of text with all the others. A text can belong to several rows.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
corpus = load_corpus_or_demo()
shares = labels.failure_shares(corpus, pipeline)
labels.display_table(shares.table)
show_outcome("hardest-kind-of-text", shares.hardest)

# %% [markdown] tags=["prose"]
# Why can't a mean of word vectors get these right?
#
# - *Negation*: *not* has one vector, which can't refer to another word.
# - *Praise, rated negative*: *great* adds its praise even when it's ironic, because no word marks
#   the irony.
# - *More than ${max_tokens} words*: what was cut off isn't in the mean, even if it was the
#   verdict.
# - *A word from another kind of text*: its vector reflects the texts it came from in training.
#   *Movie* comes almost only from film reviews, and more often from negative ones.
# - *An unknown word*: all of them share one vector, so 😀 and 😡 look the same.
# - *Neutral*: few words are neutral, and the small leanings of ordinary words add up.
#
# Now it's your turn.

# %% tags=["explore"]
from lessons_lib import show

show("fool-the-model")

# %% [markdown] tags=["prose"]
# ## When to trust it
# If even the highest probability is low, the label is little better than a guess. A high one is no
# proof, as *not bad* showed. Still, what if the desk **withholds** each label
# below a threshold and sends those texts to a reviewer?

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("share-above-the-threshold")

# %% [markdown] tags=["prose"]
# A higher threshold usually means better labels, but fewer of them. To choose one, look at the
# *validation* split, which the model wasn't trained on.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
probabilities = pipeline.probabilities([one.text for one in corpus.validation])  # (n, 3)
labels.plot_confidence(probabilities, [one.label.number for one in corpus.validation])

# %% [markdown] tags=["prose"]
# Suppose at least four out of five accepted labels should be correct. On the plot, that becomes
# true just below a threshold of six tenths. The code below measures its effect *once*, on the test
# split. Its texts played no part in the choice, so the choice can't inflate the result.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
threshold = 0.6
probabilities = pipeline.probabilities([one.text for one in corpus.test])  # (n, 3)
accepted = probabilities.max(axis=1) >= threshold
right = probabilities.argmax(axis=1) == [one.label.number for one in corpus.test]
print(f"accepted on test: {100 * accepted.mean():.0f} %")
print(f"right among them: {100 * right[accepted].mean():.0f} %")
show_outcome("share-above-the-threshold", 100 * accepted.mean())

# %% tags=["explore"]
from lessons_lib import show

show("threshold")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("08_probabilities_to_labels", "threshold")

# %% [markdown] tags=["prose"]
# ## When the texts change
# The threshold was chosen for today's texts. Tomorrow's may be different, which is called
# **drift**, and no error says so. Without correct labels for the new texts, the desk can't see how
# many of its own are right. But it can watch a few *dials* that need none. Suppose newspaper
# sentences arrive instead of film reviews.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("dial-that-shows-drift")

# %% [markdown] tags=["prose"]
# The normal range of a dial is its mean among all film reviews, plus or minus three **standard
# errors**: a share $p$ in a window of $n$ texts varies by about $\sqrt{p(1-p)/n}$. The next column
# is a window of newspaper sentences. The model wasn't trained on any of these texts.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
drift = labels.measure_drift(corpus)
labels.display_table(drift.table())
print(f"By chance, {drift.false_alarms}.")
show_outcome("dial-that-shows-drift", drift.clearest)

# %% tags=["explore"]
from lessons_lib import show

show("drift")

# %% [markdown] tags=["prose"]
# These false alarms are those of texts drawn at random. Comments of one day resemble each other, so
# in practice, they are more frequent. So check a range on windows of your own past texts.
#
# A dial shows that the texts are *different*, not that the labels are *worse*. Tweets and product
# reviews move the clearest dial about equally far, but only product reviews get more wrong labels.
# So label a sample by hand before you change the threshold or the model.

# %% [markdown] tags=["try-it"]
# **Try it.** Type a text and follow it through the five layers. Then compare two texts, starting
# with *not good* and *not bad*. Change a word, and see which word has the largest effect on the
# prediction. It isn't always the one you changed, because each word counts less in a longer text.
#
# ${run_above}

# %% tags=["try-it"]
from lessons_lib import show

show("explorer")

# %% tags=["try-it"]
from lessons_lib import show

show("text-pair")

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("08_probabilities_to_labels")

# %% [markdown] tags=["check"]
# **Test your understanding.** Three questions about the whole subject: the two modes, the flow of
# data, and the reference training trace.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("01_concept", "model-quiz")

# %% [markdown] tags=["key-insight"]
# > The highest of the ${classes} probabilities decides the label. How high it is shows how sure
# > the model is: a hint, not a proof. A mean of word vectors can't know what the order of the
# > words means, and no model reports that its texts have changed.

# %% [markdown] tags=["next"]
# The comment box now knows which labels to withhold. But on premiere night, thousands of comments
# arrive per second, and nobody wants to wait for a pass per comment. How can the desk keep up?
#
# ${next}
