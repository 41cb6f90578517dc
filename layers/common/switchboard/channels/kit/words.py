"""People's words as a planner is to see them; every channel cleans them here."""

import re


def cleaned(text: str, mention: re.Pattern[str] | str | None = None) -> str:
    """Without what `mention` finds, by which people of this platform address us, and without blanks
    around it. What a group of the pattern holds stays; a word is one that the text begins with.
    """
    if isinstance(mention, str):
        text = text.strip().removeprefix(mention)
    elif mention is not None:
        text = mention.sub(lambda found: "".join(found.groups("")), text)
    return text.strip()
