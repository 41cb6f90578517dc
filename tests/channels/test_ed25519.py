"""Ed25519: RFC 8032's own vectors, and everything that is no signature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchboard.channels.kit import ed25519

ORDER = 2**252 + 27742317777372353535851937790883648493
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
"""RFC 8032, 7.1, test 2, whose message is the byte 72."""


def test_the_vector_of_the_rfc():
    assert ed25519.public_of(SEED) == PUBLIC
    assert ed25519.sign(SEED, b"\x72") == SIGNATURE
    assert ed25519.holds([PUBLIC], SIGNATURE, b"\x72")
    assert not ed25519.holds([PUBLIC], SIGNATURE, b"\x73")


def test_any_of_the_keys_will_do_and_broken_ones_do_not_matter():
    assert ed25519.holds(["", "zz", PUBLIC], SIGNATURE, b"\x72")
    assert ed25519.holds([PUBLIC, "00" * 31], SIGNATURE, b"\x72")
    assert not ed25519.holds([], SIGNATURE, b"\x72")
    assert not ed25519.holds(["00" * 31, "0x" * 32], SIGNATURE, b"\x72")


def test_another_writing_of_the_same_signature_does_not_hold():
    """S + L is the same number in the group, which strict verification refuses."""
    shown = bytes.fromhex(SIGNATURE)
    number = int.from_bytes(shown[32:], "little") + ORDER
    other = (shown[:32] + number.to_bytes(32, "little")).hex()

    assert not ed25519.holds([PUBLIC], other, b"\x72")


@pytest.mark.parametrize("bit", [0x20, 0x40, 0x80])
def test_high_bits_of_the_last_byte_are_refused(bit):
    shown = bytearray.fromhex(SIGNATURE)
    shown[63] |= bit

    assert not ed25519.holds([PUBLIC], shown.hex(), b"\x72")


@pytest.mark.parametrize(
    "change",
    [
        lambda right: right[:-2],
        lambda right: right + "00",
        lambda right: f" {right}"[:128],
        lambda right: right[:64] + "\n" + right[64:],
        lambda right: right[:-1] + "\n",
        lambda right: "0x" + right[2:],
        lambda right: right.replace("9", "９"),
        lambda right: "",
        lambda right: "z" * 128,
        lambda right: "0" * 128,
    ],
)
def test_what_is_no_signature_does_not_hold(change):
    assert not ed25519.holds([PUBLIC], change(SIGNATURE), b"\x72")


@given(st.binary(max_size=200), st.integers(0, 511))
def test_one_bit_is_enough_to_break_it(message, bit):
    shown = bytearray.fromhex(ed25519.sign(SEED, message))
    assert ed25519.holds([PUBLIC], shown.hex(), message)
    shown[bit // 8] ^= 1 << bit % 8

    assert not ed25519.holds([PUBLIC], shown.hex(), message)


@given(st.text(max_size=200), st.text(max_size=80), st.binary(max_size=50))
def test_whatever_is_given_is_answered(signature, public, message):
    assert not ed25519.holds([public], signature, message)
