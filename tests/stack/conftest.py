"""One deployed stack for all tests here, with its policies enforced."""

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from local.stack import Stack
from tests.stack import operator
from tests.stack.setting import Setting, free_port, furnished


@pytest.fixture(scope="session")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Setting]:
    stack = Stack(tmp_path_factory.mktemp("stack"), free_port())
    try:
        stack.start(iam=True)
        with furnished(stack) as setting:
            yield setting
    finally:
        stack.stop()


@pytest.fixture
def switchboard(setting: Setting) -> Callable[..., tuple[int, Any]]:
    """Run a command as an operator does; its exit code and its output as JSON."""
    return partial(operator.run, setting.stack)


def pytest_configure(config: pytest.Config) -> None:
    """boto3's clients keep connections and cannot be closed all at once."""
    config.addinivalue_line("filterwarnings", "ignore::pytest.PytestUnraisableExceptionWarning")
    config.addinivalue_line("filterwarnings", "ignore::ResourceWarning")


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """The lines above end with the last test; what is found after it is no error either."""
    warnings.simplefilter("ignore")
