import pytest

from lessons_lib.pipeline.inference.textbook import SentimentPipeline


@pytest.fixture(scope="session")
def pipeline() -> SentimentPipeline:
    return SentimentPipeline.load()
