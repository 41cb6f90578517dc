"""What an operation's arguments are made of: closed models that explain themselves."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo


class Arguments(BaseModel):
    """The arguments of one operation. The first field may be given without its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def Says(  # noqa: N802  reads as an annotation
    en: str,
    zh: str,
    *,
    example: tuple[str, str] | str = "",
    form: Literal["", "path", "caseless"] = "",
    **constraints: Any,
) -> FieldInfo:
    """Explain a field in both languages: `repo: Annotated[str, Says("Repository", "仓库")]`.

    What must be given has an example, as people write it: one, or one in each language. Policy's
    rules see what is `caseless` in lower case, and a `path` without what may be left out of it.
    """
    told: JsonDict = {"text": {"en": en, "zh": zh}}
    if form:
        told["format"] = form
    if example:
        first, second = (example, example) if isinstance(example, str) else example
        told["example"] = {"en": first, "zh": second}
    made: FieldInfo = Field(description=en, json_schema_extra=told, **constraints)
    return made


def Time(  # noqa: N802
    en: str, zh: str, *, ends: str = "", again: str = "", **constraints: Any
) -> FieldInfo:
    """Explain a day or a time of the asker's zone: `tomorrow 3pm` comes as `2026-12-02T15:00`.

    What is said of a stretch of time puts its end into the argument `ends`, and what is said of a
    repetition its rule into `again`; where these are not named, it is asked back.
    """
    return _said(Says(en, zh, max_length=80, **constraints), "time", ends=ends, again=again)


def Length(en: str, zh: str, **constraints: Any) -> FieldInfo:  # noqa: N802
    """Explain whole minutes: `1.5h` and `一个半小时` come as 90."""
    return _said(Says(en, zh, **constraints), "length")


def Rule(en: str, zh: str, **constraints: Any) -> FieldInfo:  # noqa: N802
    """Explain a rule of RFC 5545: `every Monday` comes as `FREQ=WEEKLY;BYDAY=MO`."""
    return _said(Says(en, zh, **constraints), "rule")


def _said(field: FieldInfo, kind: str, **others: str) -> FieldInfo:
    """The field, told to be read as what people say of times."""
    if isinstance(field.json_schema_extra, dict):
        field.json_schema_extra |= {"format": kind} | {
            name: other for name, other in others.items() if other
        }
    return field
