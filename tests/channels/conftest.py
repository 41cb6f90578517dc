"""What the tests of single channels share."""

import pytest

from tests.kit import platforms
from tests.signers import signer


@pytest.fixture
def double(request):
    """The double of the channel that the module is called after, under its signer's values."""
    name = request.path.stem.removeprefix("test_")
    with platforms.DOUBLES[name](signer(name).VALUES) as made:
        yield made
