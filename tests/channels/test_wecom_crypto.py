"""What WeCom, WeChat and DingTalk sign and encrypt alike: opened only when all of it is right."""

import base64
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings
from hypothesis import strategies as st

from switchboard.channels.kit import wecom_crypto as crypto
from switchboard.errors import BadSignatureError
from tests import signers
from tests.kit.channels import receiver, webhook

UNHURRIED = settings(deadline=None)
TEXT = "6qkdMrq68nTKduznJYO1A37W2oEgpkMUvkttRToqhUt"
KEY, OTHER = crypto.key_of(TEXT), crypto.key_of("A" * 43)
RANDOM = b"0123456789abcdef"
RECEIVER = "ww1436e0e65a779aee"
MESSAGE = b"<xml></xml>"
LEFT = st.text(st.characters(codec="ascii"), max_size=40)


def encrypted(plain, key=KEY):
    """Any bytes, padded or not."""
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def padded(plain):
    pad = 32 - len(plain) % 32
    return plain + bytes([pad]) * pad


def headed(message, size=None, receiver=RECEIVER):
    told = len(message) if size is None else size
    return RANDOM + told.to_bytes(4, "big") + message + receiver.encode()


@pytest.mark.parametrize("name", ["wecom", "wecombot"])
def test_a_set_up_request_is_answered_with_the_bare_words(name):
    answer = receiver(name).receive(webhook(signers.signer(name).HANDSHAKES[0])).response

    assert (answer.body, answer.content_type) == ("1288432023552776189", "text/plain")


@UNHURRIED
@given(message=st.binary(max_size=300), receiver=LEFT, random=st.binary(min_size=16, max_size=16))
def test_what_was_sealed_is_opened(message, receiver, random):
    assert crypto.unseal(KEY, crypto.seal(KEY, message, receiver, random), receiver) == message


@UNHURRIED
@given(receiver=LEFT, other=LEFT)
def test_only_its_receiver_opens_it(receiver, other):
    other += "x" * (other == receiver)

    with pytest.raises(ValueError, match=r"length|receiver"):
        crypto.unseal(KEY, crypto.seal(KEY, MESSAGE, receiver, RANDOM), other)


@UNHURRIED
@given(size=st.integers(0, 2**32 - 1), receiver=st.sampled_from([RECEIVER, ""]))
def test_a_length_that_is_not_the_messages_is_refused(size, receiver):
    size += size == len(MESSAGE)

    with pytest.raises(ValueError, match=r"length|receiver"):
        crypto.unseal(KEY, encrypted(padded(headed(MESSAGE, size, receiver))), receiver)


@pytest.mark.parametrize("end", [b"\x00", b"\x21", b"\x01\x02", b"\xff\xff", b"\x03\x02\x03"])
def test_padding_that_is_none_is_refused(end):
    plain = headed(b"m" * (64 - 38 - len(end))) + end

    with pytest.raises(ValueError, match="padding"):
        crypto.unseal(KEY, encrypted(plain), RECEIVER)


@UNHURRIED
@given(place=st.integers(16, 63), by=st.integers(1, 255))  # the first block is random anyway
def test_a_ciphertext_that_is_damaged_never_opens_as_something_else(place, by):
    blob = bytearray(base64.b64decode(crypto.seal(KEY, b"message", RECEIVER, RANDOM)))
    blob[place] ^= by

    with pytest.raises(ValueError, match=r"."):
        crypto.unseal(KEY, base64.b64encode(blob).decode(), RECEIVER)


@pytest.mark.parametrize("text", ["", "A" * 42, "A" * 44, "A" * 47, "!" * 43, "é" * 43])
def test_what_is_no_key_is_refused_and_its_last_bits_mean_nothing(text):
    assert crypto.key_of(TEXT[:-1] + "u") == KEY  # t and u differ in the two bits that are left
    with pytest.raises(ValueError, match=r"."):
        crypto.key_of(text)


@UNHURRIED
@given(content=st.binary(max_size=500), cuts=st.lists(st.integers(0, 540), max_size=6))
def test_a_file_is_opened_however_it_is_cut(content, cuts):
    blob = base64.b64decode(encrypted(padded(content)))
    places = [0, *sorted(min(cut, len(blob)) for cut in cuts), len(blob)]
    chunks = [blob[start:end] for start, end in pairwise(places)]

    assert b"".join(crypto.unseal_file(KEY, chunks)) == content


@pytest.mark.parametrize("blob", [b"", b"short", bytes(32), bytes(31)])
def test_a_file_that_is_none_is_refused(blob):
    with pytest.raises(ValueError, match=r"."):
        list(crypto.unseal_file(KEY, [blob]))


def sealed_parts(ciphertext, token="token", **changes):
    signed = crypto.signature(token, "1760000000", "nonce", ciphertext)
    found = {"signature": signed, "stamp": "1760000000", "nonce": "nonce", "text": ciphertext}
    return crypto.Sealed(**{**found, **changes})


@pytest.mark.parametrize("token", ["old", "new"])
@pytest.mark.parametrize("key", [KEY, OTHER])
def test_every_token_and_key_that_is_valid_opens_and_answers_never_alike(token, key):
    sealed = sealed_parts(crypto.seal(key, b"m", RECEIVER, RANDOM), token)

    found = crypto.opened(sealed, ["new", "old"], ["broken", "A" * 43, TEXT], ["other", RECEIVER])

    assert found.message == b"m"
    answers = {crypto.answer(found, b"success", "1", "n") for _ in range(20)}
    assert len(answers) == 20
    for answer, signed in answers:
        assert crypto.unseal(key, answer, RECEIVER) == b"success"
        assert signed == crypto.signature(token, "1", "n", answer)


@pytest.mark.parametrize(
    "changes",
    [
        *({"signature": one} for one in ("0" * 40, "", "é")),
        {"stamp": "1760000001"},
        *({"nonce": one} for one in ("other", "\ud800")),
        *({"text": one} for one in ("é", "AAAA")),
    ],
)
def test_the_signature_covers_every_part(changes):
    sealed = sealed_parts(crypto.seal(KEY, b"m", RECEIVER, RANDOM), **changes)

    with pytest.raises(BadSignatureError):
        crypto.opened(sealed, ["token"], [TEXT], [RECEIVER])


@pytest.mark.parametrize(
    "text",
    [
        encrypted(padded(headed(b"m", receiver="another"))),
        encrypted(padded(headed(b"m", size=2))),
        encrypted(bytes(64)),
        encrypted(padded(headed(b"m")), OTHER),
        *("", "=", "a", "AAAA", "A" * 43, "QUJD\n" * 8, "-_-_", "not base64"),
    ],
)
def test_whatever_is_wrong_with_a_ciphertext_is_the_same_error(text):
    with pytest.raises(BadSignatureError) as caught:
        crypto.opened(sealed_parts(text), ["token"], [TEXT], [RECEIVER])

    assert caught.value.detail == "ciphertext"


@pytest.mark.parametrize(("tokens", "keys"), [([], [TEXT]), (["token"], [TEXT]), ([""], [])])
def test_without_a_token_or_a_key_nothing_opens(tokens, keys):
    sealed = sealed_parts(crypto.seal(KEY, b"m", RECEIVER, RANDOM), "")

    with pytest.raises(BadSignatureError):
        crypto.opened(sealed, tokens, keys, [RECEIVER])
