"""Lambda entry point of the document tool."""

from switchboard.frame.run import handler_for

handler = handler_for("document", adapter="functions.tools.document.adapter:DocumentAdapter")
