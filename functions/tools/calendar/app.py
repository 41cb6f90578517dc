"""Lambda entry point of the calendar tool."""

from switchboard.frame.run import handler_for

handler = handler_for("calendar", adapter="functions.tools.calendar.adapter:CalendarAdapter")
