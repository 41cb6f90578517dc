"""Settings: read once, and what is missing names itself."""

import os

import pytest

from switchboard.settings import Settings, TraceSettings
from tests.kit.environment import surroundings


class Example(Settings, frozen=True):
    example_url: str
    example_number: int = 3


def test_a_field_reads_the_variable_of_its_name():
    with surroundings(EXAMPLE_URL="https://example.com", EXAMPLE_NUMBER="5"):
        assert Example.load() == Example("https://example.com", 5)


def test_a_missing_variable_stops_the_start_and_names_itself():
    with surroundings(), pytest.raises(SystemExit, match=r"Example.*example_url"):
        Example.load()


def test_a_variable_of_another_kind_stops_the_start_and_names_itself():
    with (
        surroundings(EXAMPLE_URL="u", EXAMPLE_NUMBER="many"),
        pytest.raises(SystemExit, match="example_number"),
    ):
        Example.load()


def test_the_environment_is_read_once():
    with surroundings(EXAMPLE_URL="first"):
        Example.load()
        os.environ["EXAMPLE_URL"] = "second"

        assert Example.load().example_url == "first"


@pytest.mark.parametrize(
    ("header", "sampled"),
    [("Root=1-5;Sampled=1", True), ("Root=1-5;Sampled=0", False), ("", False)],
)
def test_a_trace_is_asked_about_each_time(header, sampled):
    with surroundings(_X_AMZN_TRACE_ID="Root=1;Sampled=1"):
        assert TraceSettings.now().sampled
        os.environ["_X_AMZN_TRACE_ID"] = header

        assert TraceSettings.now().sampled is sampled
