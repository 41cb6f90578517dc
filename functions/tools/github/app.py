"""Lambda entry point of the GitHub tool."""

from switchboard.frame.run import handler_for

handler = handler_for("github", adapter="functions.tools.github.adapter:GithubAdapter")
