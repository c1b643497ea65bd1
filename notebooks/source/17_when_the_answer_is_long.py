# %% [markdown] tags=["header"]
# ${header}

# %% [markdown] tags=["story"]
# Not everyone knows how to begin a review, so the desk lets a model draft one. A label took a
# single pass; a draft takes one for every *token*, a word or a piece of one.

# %% tags=["explore"]
from lessons_lib import show

show("writer")

# %% tags=["setup"]
from statistics import median

from lessons_lib import StreamingWriter, load_writer, machine_line, show_outcome
from lessons_lib.lesson.notebooks import writing

# %% tags=["setup"]
writer = load_writer()

# %% [markdown] tags=["setup"]
# ${run_setup}

# %% [markdown] tags=["prose"]
# The model is a small GPT, built like those behind chat assistants, and trained on our corpus,
# mostly on its film and product reviews. Its drafts are invented, and may be wrong about anything.
#
# Your mood and words are the **prompt**. The model reads all of it in one pass (*prefill*), and
# predicts the first token. After that, each pass is a *decode step*, which adds one token, until
# the model predicts the end.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("reading-against-writing")

# %% [markdown] tags=["prose"]
# Next, the model reads such a prompt, and then writes one token.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
read_s, write_s = writing.time_reading(writer, 100)
print(f"{1000 * read_s:.1f} ms to read 100 tokens, {1000 * write_s:.2f} ms to write one")
show_outcome("reading-against-writing", read_s / write_s)

# %% [markdown] tags=["prose"]
# A written token depends on all tokens before it, yet it takes much less time than reading them
# did. How?
#
# To predict the next token, each layer of the model compares the last one with all those before it.
# For that, it needs two lists of numbers for each of them, a key and a value. They never change, so
# the program keeps them instead of computing them again in every step: this is the **KV cache**.
# What does it save?

# %% tags=["code", "nbval-ignore-output"] jupyter={"source_hidden": true}
writing.plot_next_token(writing.time_next_token(writer), note=machine_line())

# %% [markdown] tags=["prose"]
# Without the cache, a token costs more the longer the text is. With it, the cost hardly grows here,
# at up to ${most_pieces} tokens. But look at the left end: in a very short text, the cache costs
# more than it saves. There's hardly anything to compute again, and storing the lists takes time,
# too.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("17_when_the_answer_is_long", "reading")

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("sixteen-in-a-step")

# %% [markdown] tags=["prose"]
# So far, each step was for one text. But different texts can share a step, as the eight drafts did
# in the card above.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
steps = writing.time_steps(writer)
print(writing.read_steps(steps))
print(machine_line())
show_outcome("sixteen-in-a-step", 16 * median(steps[1]) / median(steps[16]))

# %% [markdown] tags=["prose"]
# Large models on GPUs gain, too: a step has to read all the weights, for one text or for many.
#
# But texts end at different times. Suppose a server can write sixteen texts at the same time. We
# say that it has sixteen **seats**. There are two ways to fill them:
#
# - **Static batching**: sixteen texts take their seats together, and the next sixteen wait until
#   all of them have ended. A text that ends early keeps its seat until then, and each step still
#   computes it, for nothing.
# - **Continuous batching**: a text that ends leaves immediately. Before the next step, the first
#   text in line takes its seat.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("seats-that-write")

# %% [markdown] tags=["prose"]
# Let's fill the seats, and count those that write in each step.

# %% tags=["code", "answers-guess"] jupyter={"source_hidden": true}
lengths = writing.comment_lengths()
shares = writing.seats_that_write(lengths, seats=16)
for way, share in shares.items():
    print(f"{way:10}: {100 * share:.0f} % of the seats write")
show_outcome("seats-that-write", 100 * shares["static"])

# %% [markdown] tags=["prose"]
# A static seat is idle for about half of the time. Find the idle seats in the first picture below,
# and see what became of them in the second.

# %% tags=["explore"]
from lessons_lib import show

show("seats")

# %% [markdown] tags=["prose"]
# If all texts are equally long, the two ways need the same steps. The more their lengths differ,
# the more continuous batching gains. A well-known
# [“23 ×”](https://www.anyscale.com/blog/continuous-batching-llm-inference) was measured with very
# different lengths; where they hardly differed, continuous batching gained nothing.
#
# Memory limits the seats: every text keeps its keys and values, here ${cache_of_a_token} per token,
# and hundreds of times as much in a large model. So servers don't reserve room for the longest
# text. They divide the memory into **pages** for a few tokens each, and a text gets another page
# when its last one is full.

# %% tags=["check"]
from lessons_lib import show_quiz

show_quiz("17_when_the_answer_is_long", "seats")

# %% [markdown] tags=["prose"]
# Real servers have seats and pages, too. They also limit how many tokens a step may read, because a
# long prompt would hold up all texts that are being written.
#
# <details><summary>The settings of three servers, and what else they do</summary>
#
# | what | vLLM | TensorRT-LLM | SGLang |
# |---|---|---|---|
# | continuous batching | always on | on: *in-flight batching* | always on |
# | seats, in requests | `max_num_seqs` | `max_batch_size` | `max_running_requests` |
# | tokens a step | `max_num_batched_tokens` | `max_num_tokens` | `chunked_prefill_size` |
# | tokens a page | `block_size` | `tokens_per_block` | `page_size` |
#
# The names are those of ${engines_read}. SGLang's limit is for prompts: unless you set
# `enable_mixed_chunk`, a step either reads prompts or writes. Ray Serve LLM passes its
# `engine_kwargs` to vLLM; the batches of Ray Serve in [18](18_how_many_copies.ipynb) aren't
# continuous. The idea was published as *iteration-level scheduling*
# ([Orca](https://www.usenix.org/conference/osdi22/presentation/yu)).
#
# Prompts that begin alike can share pages (*prefix caching*). In *speculative decoding*, a faster
# helper guesses a few tokens, and one pass checks them all.
#
# </details>

# %% [markdown] tags=["prose"]
# With *token streaming*, each token is sent as soon as it is written. In code, the caller gets the
# text as it grows. If the caller stops early, the seat is free after the current step.

# %% tags=["code", "nbval-ignore-output"]
async with StreamingWriter(writer, seats=4) as service:
    async for text in service.stream("negative", "This movie", seed=404):
        if len(text.split()) == 8:
            break
print(text)

# %% [markdown] tags=["prose"]
# Someone who reads along notices two times: the **time to first token (TTFT)**, and the **time per
# output token (TPOT)** after it.

# %% tags=["guess"]
from lessons_lib import show_guess

show_guess("first-word-under-load")

# %% [markdown] tags=["prose"]
# Next, the server gets the same requests in both ways, at ${replay_load} of what static batches can
# handle.

# %% tags=["code", "answers-guess", "nbval-ignore-output"] jupyter={"source_hidden": true}
cost = writing.fit_writing(writer, steps)
replay = writing.replay_requests(writer, cost, lengths[:120])
print(writing.read_replay(replay))
show_outcome("first-word-under-load", replay.sooner)

# %% [markdown] tags=["prose"]
# The first token comes many times sooner, although continuous batching can't even answer twice as
# many texts in total. Divide the two shares of writing seats above: fuller seats alone can't gain
# more than that. Prompts take part of it away, because each has a pass of its own here, in which
# nobody writes.
#
# The simulated p50 is what the step times above predict. For static batches, it may be off by a
# factor of nearly two: at this load, steps that take a little longer make the queue a lot longer.

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
# > A long answer takes many passes, and the batch can change before each of them. So a new text
# > starts soon, as in real-time inference, and still shares its passes, as in a batch.

# %% [markdown] tags=["next"]
# One question of [notebook 16](16_outgrow_one_machine.ipynb) is still open: what if a single server
# isn't enough?
#
# ${next}
