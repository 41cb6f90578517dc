"""The arguments of the todoist tool."""

from typing import Annotated

from pydantic import Field

from switchboard.sdk.arguments import Arguments, Says


class ListTasks(Arguments):
    filter: Annotated[str, Says("Todoist's filter, as today", "Todoist 的筛选条件，如 today")] = (
        "all"
    )
    limit: Annotated[int, Says("How many at most", "最多几项", ge=1, le=50)] = 10


class AddTask(Arguments):
    content: Annotated[
        str,
        Says(
            "What to do", "要做什么", example=("Buy bread", "买面包"), min_length=1, max_length=500
        ),
    ]
    due: Annotated[str, Says("When, as tomorrow at 12", "何时，如 tomorrow at 12")] = Field(
        "", serialization_alias="due_string"
    )


class CloseTask(Arguments):
    id: Annotated[
        str, Says("The task's id", "任务的 id", example="2995104339", pattern=r"^[0-9]{1,20}$")
    ]
