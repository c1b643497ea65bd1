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
from .classroom.widgets.quiz.card import (
    show_flashcards as show_flashcards,
    show_practice as show_practice,
    show_progress as show_progress,
    show_quiz as show_quiz,
    show_test as show_test,
)
from .classroom.widgets.quiz.remote import show_graded as show_graded, show_live as show_live
from .classroom.widgets.show import show as show
from .lesson.views.stages import StageMap as StageMap
from .pipeline.embedding.table import load_word_vectors as load_word_vectors
from .pipeline.inference.batch import BatchPredictor as BatchPredictor
from .pipeline.inference.folded import FoldedPipeline as FoldedPipeline
from .pipeline.inference.microbatch import MicroBatchPredictor as MicroBatchPredictor
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
from .pipeline.model.training import train as train
from .pipeline.text.corpus import (
    demo_texts as demo_texts,
    load_corpus as load_corpus,
    load_corpus_or_demo as load_corpus_or_demo,
)
from .pipeline.text.label import LABELS as LABELS, Label as Label
from .pipeline.text.preprocess import preprocess as preprocess
from .pipeline.text.vocabulary import Vocabulary as Vocabulary
from .pipeline.timing.arrivals import poisson as poisson
from .pipeline.timing.batching import BatchingPolicy as BatchingPolicy
from .pipeline.timing.cost import CostModel as CostModel
from .pipeline.timing.latency import measure_latency as measure_latency
from .pipeline.timing.machine import machine_line as machine_line, room_line as room_line
from .pipeline.timing.simulate import simulate as simulate
from .pipeline.writing.engine import StreamingWriter as StreamingWriter
from .pipeline.writing.writer import load_writer as load_writer

__version__: str
__all__: list[str]
