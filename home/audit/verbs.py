"""What the verbs of the log are called on the screen. Each app names its own when it starts."""

from collections.abc import Mapping

_words: dict[str, str] = {}


def name_verbs(words: Mapping[str, str]) -> None:
    """Say how verbs such as ``account.create`` are written for people."""
    _words.update(words)


def word_for(verb: str) -> str:
    """The verb in Vietnamese; as it is stored where nobody has named it."""
    return _words.get(verb, verb)
