# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# Some comments deserve a reply, so the desk lets a model draft one. A label took a single pass; a
# draft takes one for every *token*, a word or a piece of one.

# %% tags=["explore"]
from lessons_lib import show

show("writer")

# %% tags=["stage-map"]
from lessons_lib import show

show("stages", here="realtime")

# %% tags=["setup"]
from statistics import median

from lessons_lib import StreamingWriter, load_writer, machine_line, show_outcome
from lessons_lib.lesson.notebooks import writing

# %% tags=["setup"]
writer = load_writer()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# It's a small GPT, built like the models behind chat assistants, and trained on our corpus, mostly
# on its film and product reviews. Its drafts are invented, and may be wrong about anything.
#
# Your mood and words are the **prompt**. The model reads all of it in one pass, the **prefill**,
# and predicts the first token. After that, each **decode step** adds one token, until the model
# predicts the end.
#
# To predict the next token, each layer compares the last one with all tokens before it. For that,
# it needs two lists of numbers for each of them, a key and a value. They never change, so the
# program keeps them instead of computing them again in every step: this is the **KV cache**. What
# does it save?

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
writing.plot_next_token(writing.time_next_token(writer), note=machine_line())

# %% [markdown] tags=["prose"]
# Without the cache, a token costs more the longer the text is. With it, the cost hardly grows here,
# at up to ${most_pieces} tokens. At the left end, it saves nothing: with so few tokens, a pass is
# nearly all price per call.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("reading-against-writing")

# %% [markdown] tags=["prose"]
# Next, the model reads a prompt of a hundred tokens, and then writes one.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
read_s, write_s = writing.time_reading(writer, 100)
print(f"{1000 * read_s:.1f} ms to read 100 tokens, {1000 * write_s:.2f} ms to write one")
show_outcome("reading-against-writing", read_s / write_s)

# %% [markdown] tags=["prose"]
# The prompt is known, so its hundred tokens share one pass, like a batch. Written tokens can't,
# because each depends on the one before it. So a decode step is nearly all price per call.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("17_when_the_answer_is_long", "reading")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("sixteen-in-a-step")

# %% [markdown] tags=["prose"]
# Could the steps of *different* texts share that price? The card above did that with its eight
# drafts. The code below measures it.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
steps = writing.time_steps(writer)
print(writing.read_steps(steps))
print(machine_line())
show_outcome("sixteen-in-a-step", 16 * median(steps[1]) / median(steps[16]))

# %% [markdown] tags=["prose"]
# The transformer in [15](15_when_batching_loses.ipynb) gained less from batches, because each text
# was a lot of arithmetic. Here, a text adds only one token to a step. Large models on GPUs gain,
# too: a step has to read all the weights, for one text or for many.
#
# But texts end at different times. Suppose an engine has sixteen *seats*, one for each text that
# it writes. In **static batching**, a group takes the seats and leaves together: a text that has
# ended keeps its seat, and the engine still computes it, for nothing, until the longest one ends.
# In **continuous batching**, the batch can change before every step, so whoever waits takes a free
# seat at once.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("seats-that-write")

# %% [markdown] tags=["prose"]
# Let's fill the seats with texts as long as real comments, and count the ones that write.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
lengths = writing.comment_lengths()
shares = writing.seats_that_write(lengths, seats=16)
for way, share in shares.items():
    print(f"{way:10}: {100 * share:.0f} % of the seats write")
show_outcome("seats-that-write", 100 * shares["static"])

# %% [markdown] tags=["prose"]
# Each group is as slow as its longest text, so a static seat is idle for about half of the time.
# Compare the two pictures below.

# %% tags=["explore"]
from lessons_lib import show

show("seats")

# %% [markdown] tags=["prose"]
# If all texts are equally long, the two ways need the same steps. The more their lengths differ,
# the more continuous batching gains. A well-known
# [“23 ×”](https://www.anyscale.com/blog/continuous-batching-llm-inference) was measured with very
# different lengths; where they hardly differed, continuous batching gained nothing. So look at your
# lengths before you quote a gain.
#
# Memory limits the seats: every text keeps its keys and values, here ${cache_of_a_token} per token,
# and hundreds of times as much in a large model. So engines don't reserve room for the longest
# text. They hand out *pages* of a few tokens as a text grows. If none is left, a text loses its
# pages and is computed again later (*preemption*), so its reader waits in the middle of a sentence.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("17_when_the_answer_is_long", "seats")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("first-word-under-load")

# %% [markdown] tags=["prose"]
# With **token streaming**, each token is sent as soon as it is written. Two times then matter: the
# **time to first token (TTFT)**, and the **time per output token (TPOT)** after it. Below, the
# engine gets the same requests both ways, at ${replay_load} of what static batches can handle. The
# simulated p50 is what the step times above predict; it should be close to the measured one.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
cost = writing.fit_writing(writer, steps)
replay = writing.replay_requests(writer, cost, lengths[:120])
print(writing.read_replay(replay))
show_outcome("first-word-under-load", replay.sooner)

# %% [markdown] tags=["prose"]
# At saturation, continuous batching doesn't even answer twice as many texts: each prompt has a pass
# of its own here, in which nobody writes. But at this load, the first token comes many times
# sooner. In a static batch, a request has to wait until the whole group ahead of it has finished.
# In a continuous one, it waits for the current step and the prompts ahead of it, if a seat is free.

# %% [markdown] tags=["prose"]
# In code, the caller gets the text as it grows. If it stops early, its seat is free after the
# current step.

# %% tags=["code", "nbval-ignore-output"]
async with StreamingWriter(writer, seats=4) as service:
    async for text in service.stream("negative", "This movie", seed=404):
        if len(text.split()) == 8:
            break
print(text)

# %% [markdown] tags=["prose"]
# Real engines also limit how much a step may read, because a long prompt would hold up all texts
# that are being written.
#
# <details><summary>The settings of three engines, and what else they do</summary>
#
# | what | vLLM | TensorRT-LLM | SGLang |
# |---|---|---|---|
# | continuous batching | always on | on: *in-flight batching* | always on |
# | seats, in requests | `max_num_seqs` | `max_batch_size` | `max_running_requests` |
# | tokens a step | `max_num_batched_tokens` | `max_num_tokens` | `chunked_prefill_size` |
# | prompts in parts, by default | on | off | on |
# | tokens a page | `block_size` | `tokens_per_block` | `page_size` |
#
# The names are those of ${engines_read}. SGLang has a second limit for the same step,
# `max_prefill_tokens`, which is usually higher. Both are for prompts: unless you set
# `enable_mixed_chunk`, a step either reads prompts or writes. If Triton runs TensorRT-LLM, its
# `triton_max_batch_size` is another number. Ray Serve LLM hands its `engine_kwargs` to vLLM; the
# batches of Ray Serve in [18](18_how_many_copies.ipynb) aren't continuous. The idea was published
# as *iteration-level scheduling* ([Orca](https://www.usenix.org/conference/osdi22/presentation/yu)).
#
# Prompts that begin alike, such as with the same instructions, can share pages (*prefix caching*,
# on by default in vLLM and SGLang). vLLM reads prompts in parts, within the steps in which others
# write. In *speculative decoding*, a faster helper guesses a few tokens, and one pass checks them
# all. [DistServe](https://arxiv.org/abs/2401.09670) explains why large models gain from batches.
#
# </details>

# %% [markdown] tags=["try-it"]
# **Try it.** Who gets the first word, and when? Stop a long text, and see who takes its seat.

# %% tags=["try-it"]
from lessons_lib import show

show("streams")

# %% [markdown] tags=["check"]
# **Check yourself.** What does a token cost, who waits for whom, and how many texts fit into
# memory?

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("17_when_the_answer_is_long")

# %% tags=["check"]
from lessons_lib import show

show("journey")

# %% [markdown] tags=["key-insight"]
# > A long answer takes many passes, and the batch can change before each of them. So batch and
# > real-time inference meet in every step.

# %% [markdown] tags=["next"]
# You have seen one pass answer many texts, and one answer take many passes. One question of
# [notebook 16](16_outgrow_one_machine.ipynb) is still open: what if a single server isn't enough?
#
# ${next}
