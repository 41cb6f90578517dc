"""Every channel comes with what an operator does at its vendor, in both languages."""

from pathlib import Path

import pytest

from cli import guides, probes
from cli.connections import SHARED
from switchboard.channels import registry
from switchboard.text import in_

ADDRESS = "https://HOST/webhook/{}/main"


def test_every_guide_is_of_a_channel():
    assert {path.stem for path in Path("cli/setup").glob("*.yaml")} == set(registry.CHANNELS)


def test_every_channel_is_probed_or_says_why_not():
    assert set(probes.PROBES) | set(probes.WITHOUT) == set(registry.CHANNELS)
    assert not set(probes.PROBES) & set(probes.WITHOUT)


@pytest.mark.parametrize("name", registry.CHANNELS)
class TestGuide:
    def test_is_named_after_its_channel_and_its_path(self, name):
        guide = guides.load(name)

        assert (guide.name, guide.url) == (name, ADDRESS.format(name))

    def test_has_five_steps_of_which_one_is_to_connect(self, name):
        steps = [in_(step, "en") for step in guides.load(name).steps]

        assert len(steps) == 5
        assert any("onnect" in step for step in steps)

    def test_explains_every_value_and_no_other(self, name):
        made = registry.kind(name)

        explained = set(guides.load(name).values)

        assert explained >= {*made.inbound, *made.outbound}
        assert explained <= {*made.inbound, *made.outbound, *SHARED}

    def test_names_what_to_permit(self, name):
        assert guides.load(name).permissions
