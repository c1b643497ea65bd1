# The names that a learner meets. `__init__.py` reads them here and imports each when first used.

from .classroom.copy.news import tell_news as tell_news
from .classroom.widgets.exercises.card import show_exercises as show_exercises
from .classroom.widgets.exercises.magic import (
    hint as hint,
    last_try as last_try,
    load_ipython_extension as load_ipython_extension,
    solution as solution,
)
from .classroom.widgets.explore.guess import show_guess as show_guess, show_outcome as show_outcome
from .classroom.widgets.flashcards.card import show_flashcards as show_flashcards
from .classroom.widgets.quiz.card import (
    show_practice as show_practice,
    show_quiz as show_quiz,
    show_test as show_test,
)
from .classroom.widgets.quiz.progress import show_progress as show_progress
from .classroom.widgets.quiz.remote import show_graded as show_graded, show_live as show_live
from .classroom.widgets.show import show as show
from .lesson.explorations.batches import (
    compare_predictions as compare_predictions,
    pass_sizes as pass_sizes,
)
from .lesson.explorations.bill import (
    measure_modes as measure_modes,
    measure_scenarios as measure_scenarios,
)
from .lesson.explorations.drift import measure_drift as measure_drift
from .lesson.explorations.failures import failure_shares as failure_shares
from .lesson.explorations.transformer import (
    compare_models as compare_models,
    read_engines as read_engines,
    read_prices as read_prices,
    time_batch_sizes as time_batch_sizes,
    time_engines as time_engines,
    time_equal_texts as time_equal_texts,
    time_long_text as time_long_text,
    time_one_text as time_one_text,
    time_sorting as time_sorting,
    with_long_text as with_long_text,
    word_pieces as word_pieces,
)
from .lesson.explorations.words import odd_one_out as odd_one_out
from .lesson.explorations.writing import (
    comment_lengths as comment_lengths,
    fit_writing as fit_writing,
    read_replay as read_replay,
    read_steps as read_steps,
    replay_requests as replay_requests,
    seats_that_write as seats_that_write,
    time_next_token as time_next_token,
    time_reading as time_reading,
    time_steps as time_steps,
)
from .lesson.plots.ferry import plot_crossings as plot_crossings
from .lesson.plots.latencies import (
    plot_latencies as plot_latencies,
    plot_simulated_and_measured as plot_simulated_and_measured,
    plot_timelines as plot_timelines,
)
from .lesson.plots.style import progress_bar as progress_bar
from .lesson.plots.texts import (
    plot_confidence as plot_confidence,
    plot_lengths as plot_lengths,
    plot_next_token as plot_next_token,
    plot_padding as plot_padding,
    plot_ratings as plot_ratings,
    plot_word_map as plot_word_map,
)
from .lesson.plots.throughput import (
    plot_frontier as plot_frontier,
    plot_modes as plot_modes,
    plot_stage_costs as plot_stage_costs,
    plot_throughput as plot_throughput,
)
from .lesson.plots.training_curves import (
    LiveCurves as LiveCurves,
    plot_training_curves as plot_training_curves,
)
from .lesson.views.stages.map import StageMap as StageMap
from .pipeline.embedding.table import load_word_vectors as load_word_vectors
from .pipeline.inference.batch import BatchPredictor as BatchPredictor
from .pipeline.inference.endpoint import serving as serving
from .pipeline.inference.engine import load_engines as load_engines
from .pipeline.inference.folded import FoldedPipeline as FoldedPipeline
from .pipeline.inference.jobs import (
    folded_stages as folded_stages,
    jobs_by_batch_size as jobs_by_batch_size,
    jobs_by_mode as jobs_by_mode,
    one_batch_per_size as one_batch_per_size,
    textbook_stages as textbook_stages,
)
from .pipeline.inference.microbatch import (
    MicroBatchPredictor as MicroBatchPredictor,
    send_together as send_together,
)
from .pipeline.inference.realtime import RealTimePredictor as RealTimePredictor
from .pipeline.inference.textbook import (
    HeavierPipeline as HeavierPipeline,
    SentimentPipeline as SentimentPipeline,
)
from .pipeline.inference.transformer import (
    TransformerPipeline as TransformerPipeline,
    load_heavier as load_heavier,
    load_transformer as load_transformer,
)
from .pipeline.model.checkpoint import load_checkpoint as load_checkpoint
from .pipeline.model.network import SentimentNet as SentimentNet
from .pipeline.model.trace import REFERENCE_TRACE as REFERENCE_TRACE
from .pipeline.model.training import Recipe as Recipe, train as train
from .pipeline.text.corpus import (
    count_shared as count_shared,
    demo_texts as demo_texts,
    load_corpus as load_corpus,
    load_corpus_or_demo as load_corpus_or_demo,
)
from .pipeline.text.label import LABELS as LABELS, Label as Label
from .pipeline.text.preprocess import preprocess as preprocess
from .pipeline.text.vocabulary import Vocabulary as Vocabulary
from .pipeline.timing.arrivals import poisson as poisson
from .pipeline.timing.batching import BatchingPolicy as BatchingPolicy
from .pipeline.timing.compare import (
    compare_modes as compare_modes,
    core_hours as core_hours,
    find_knee as find_knee,
    find_sweet_spot as find_sweet_spot,
    fit_frontier as fit_frontier,
    judge_simulation as judge_simulation,
    read_frontier as read_frontier,
    simulated_and_measured as simulated_and_measured,
)
from .pipeline.timing.cost import CostModel as CostModel, dollars_per_million as dollars_per_million
from .pipeline.timing.decisions import (
    ManyUsers as ManyUsers,
    Offline as Offline,
    OnePerson as OnePerson,
)
from .pipeline.timing.fitting import measure_microbatch_cost as measure_microbatch_cost
from .pipeline.timing.latency import (
    latencies_ms as latencies_ms,
    measure_latency as measure_latency,
    own_figures as own_figures,
    time_in_turn as time_in_turn,
)
from .pipeline.timing.machine import (
    heavy_step_line as heavy_step_line,
    machine_line as machine_line,
    room_line as room_line,
)
from .pipeline.timing.replicas import premiere as premiere, tail_by_way as tail_by_way
from .pipeline.timing.simulate import simulate as simulate
from .pipeline.timing.stored import gain_of_engine as gain_of_engine
from .pipeline.writing.engine import StreamingWriter as StreamingWriter
from .pipeline.writing.writer import load_writer as load_writer

__version__: str
__all__: list[str]
