"""What an operation's arguments are made of: closed models that explain themselves."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo


class Arguments(BaseModel):
    """The arguments of one operation. The first field may be given without its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def Says(en: str, zh: str, **constraints: Any) -> FieldInfo:  # noqa: N802  reads as an annotation
    """Explain a field in both languages: `repo: Annotated[str, Says("Repository", "仓库")]`."""
    text: JsonDict = {"en": en, "zh": zh}
    made: FieldInfo = Field(description=en, json_schema_extra={"text": text}, **constraints)
    return made
