"""The models that tasks hand to a learner, as code that is run with each check.

The pipeline is imported by this code and not by the tasks, which stay free of NumPy. It appends to
`PASSES` how many texts each pass through the model carried.
"""

COUNTING = """
from lessons_lib.inference.batch import BatchPredictor
from lessons_lib.inference.folded import FoldedPipeline as _Folded
from lessons_lib.inference.realtime import RealTimePredictor


class FoldedPipeline(_Folded):
    def probabilities(self, texts):
        PASSES.append(len(texts))
        return super().probabilities(texts)

    def class_numbers(self, texts):
        PASSES.append(len(texts))
        return super().class_numbers(texts)

    def probabilities_of(self, text):
        PASSES.append(1)
        return super().probabilities_of(text)


_pipeline = FoldedPipeline.load()
"""
BATCH_SETUP = f"{COUNTING}model = BatchPredictor(_pipeline)\n"
REAL_TIME_SETUP = f"{COUNTING}model = RealTimePredictor(_pipeline)\n"
BOTH_SETUP = (
    f"{COUNTING}batch = BatchPredictor(_pipeline)\nrealtime = RealTimePredictor(_pipeline)\n"
)
