"""The XML of WeCom and WeChat: found before it is proved, read after it is."""

import pytest

from switchboard.channels.kit.wecom_message import fields_of, xml_ciphertext
from switchboard.errors import BadRequestError, BadSignatureError


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml></xml>",
        b"<xml><Encrypt>QUJD</Encrypt></xml",
        b"<xml><Encrypt></Encrypt></xml>",
        b"<xml><Encrypt>QUJD</Encrypt><Encrypt>QUJD</Encrypt></xml>",
        b"<!DOCTYPE x><xml><Encrypt>QUJD</Encrypt></xml>",
        b'<!entity x "y"><xml><Encrypt>QUJD</Encrypt></xml>',
    ],
)
def test_a_body_without_exactly_one_ciphertext_is_refused(body):
    with pytest.raises(BadSignatureError):
        xml_ciphertext(body)


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"text",
        b"<xml>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><MsgType>&a;</MsgType></xml>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><xml/>'.encode("utf-16"),
        b"<xml><MsgType>text</MsgType><MsgType>image</MsgType></xml>",
        b"<xml>\xff</xml>",
        b"<xml>\x00</xml>",
        b"<xml><a>&nothing;</a></xml>",
    ],
)
def test_xml_that_is_broken_or_declares_anything_is_malformed(xml):
    with pytest.raises(BadRequestError):
        fields_of(xml)


def test_words_about_documents_are_words():
    words = "<!DOCTYPE html> <!ENTITY x> & <Encrypt>QUJD</Encrypt>"

    assert fields_of(f"<xml><a><![CDATA[{words}]]></a></xml>".encode()) == {"a": words}
    assert fields_of(b"<xml><a>1<b>2</b>3</a></xml>") == {"a": "13"}
