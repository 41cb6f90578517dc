"""`make docs`: config/policy.cedarschema, out of the manifests and the models of arguments."""

from pathlib import Path

from switchboard import config
from switchboard.cedar import schema

PAGE = Path("config/policy.cedarschema")


def page() -> str:
    return schema.written(config.catalogue())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
