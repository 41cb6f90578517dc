"""Lambda entry point of the calendar tool."""

from switchboard.tool import handler_for

handler = handler_for("calendar", adapter="functions.tools.calendar.adapter:CalendarAdapter")
