"""Others' words wake nobody: the law of what every channel renders."""

import re
from html import unescape

import pytest

from switchboard.channels import registry
from tests.kit.channels import sender

CALLS = [
    *(
        "@all",
        "@Here.",
        "*@channel*",
        "`@everyone`",
        "_@room_",
        "请@所有人",
        "@all-hands",
        "\\@all",
    ),
    *("<!channel>", "<!here|here>", "<!subteam^S1>", "<@U1>", "<@&1>", "<users/all>", "&#64;all"),
    *("<at id=all></at>", "<AT>all</AT>", "&lt;at id=all&gt;", "<qqbot-at-everyone />"),
    "```\n<!channel> @all\n```\n",
]
"""What wakes a whole chat on one platform or another, as others may write it."""
RINGS = re.compile(
    r"@(all|here|channel|everyone|room|所有人)|<(!|@|/?at\b|users/|qqbot)", re.IGNORECASE
)


@pytest.mark.parametrize("name", [name for name in registry.names() if registry.channel(name).send])
def test_nobodys_words_call_everybody(name):
    for call in CALLS:
        shown = sender(name).render(f"well, {call} read this")
        assert not RINGS.search(unescape(shown)), shown
        assert "read this" in shown
