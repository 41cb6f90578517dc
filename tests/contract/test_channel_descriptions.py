"""A channel is one folder, whose description says all that is asked before it is imported."""

from pathlib import Path

import pytest

from cli.connections import SHARED
from switchboard.channels import description, registry
from switchboard.text import in_
from tests import signers

FOLDERS = {path.parent.name for path in Path(description.FOLDER).glob("*/__init__.py")} - {"kit"}


def test_every_folder_is_described_and_compiled():
    assert {*description.names()} == FOLDERS == {*registry.names()}


@pytest.mark.parametrize("name", registry.names())
class TestDescription:
    def test_is_what_the_functions_are_told(self, name):
        found, told = description.load(name), registry.channel(name)

        assert (found.receive, found.send) == (told.receive, told.send)
        assert told.receive.secrets

    def test_is_of_the_sides_that_there_are(self, name):
        folder = description.FOLDER / name

        assert (folder / "receive.py").exists()
        assert (folder / "send.py").exists() is (registry.channel(name).send is not None)

    def test_nothing_is_sent_without_every_value_that_it_takes(self, name):
        values = signers.signer(name).VALUES
        assert (registry.sender(name, "main", values) is None) is (name == "github")
        for key in registry.channel(name).outbound:
            for blank in ("", "  ", "\n\t"):
                assert registry.sender(name, "main", {**values, key: blank}) is None

    def test_has_five_steps_of_which_one_is_to_connect(self, name):
        steps = [in_(step, "en") for step in description.load(name).guide.steps]

        assert len(steps) == 5
        assert any("onnect" in step for step in steps)

    def test_explains_every_value_and_no_other(self, name):
        found = description.load(name)
        needed, explained = {*found.receive.secrets, *found.outbound}, set(found.guide.values)
        us = set(found.receive.us)

        assert needed | us <= explained <= {*needed, *us, *SHARED}
        assert set(found.lookups) <= us
        assert found.guide.permissions
