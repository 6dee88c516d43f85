"""The borough's own answers: every measure, worked out from the facts of the world and never from its files."""

from demo_borough.answers.known import known_answers
from demo_borough.answers.repatriation import known_repatriations

__all__ = ["known_answers", "known_repatriations"]
