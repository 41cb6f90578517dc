"""What an operation's arguments are made of: closed models that explain themselves."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo


class Arguments(BaseModel):
    """The arguments of one operation. The first field may be given without its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def Says(  # noqa: N802  reads as an annotation
    en: str, zh: str, *, example: tuple[str, str] | str = "", time: bool = False, **constraints: Any
) -> FieldInfo:
    """Explain a field in both languages: `repo: Annotated[str, Says("Repository", "仓库")]`.

    What must be given has an example, as people write it: one, or one in each language. A `time` is
    a day or a time of the asker's zone: `tomorrow 3pm` comes as `2026-12-02T15:00`.
    """
    told: JsonDict = {"text": {"en": en, "zh": zh}}
    if time:
        told["format"] = "time"
    if example:
        first, second = (example, example) if isinstance(example, str) else example
        told["example"] = {"en": first, "zh": second}
    made: FieldInfo = Field(description=en, json_schema_extra=told, **constraints)
    return made
