"""The encoding of a text: the words that were written, or that it is not known."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.tools.document.encodings import decoded, is_binary

SURE = ("utf-8", "utf-16", "utf-32")
"""What says by itself which it is, the last two by their mark."""
WRITTEN = [
    ("Name;Ort\r\nMüller;Köln\r\nGrüße, Jürgen", "cp1252 mac_roman"),
    ("Größe: 12 m² für 5 €", "cp1252"),
    ("L’été dernier, nous étions déçus; Benoît aussi", "cp1252 mac_roman"),
    ("¿Dónde está la reunión de mañana, señor Núñez?", "cp1252"),
    ("Informações: José está em São Paulo amanhã, três horas", "cp1252"),
    ("Salaattia, äiti! Räksmörgås på lördag i Växjö", "cp1252"),
    ("Dziękuję bardzo, spotkanie w środę o dziesiątej", "cp1250 iso8859-2"),
    ("Imię;Miasto\nŁukasz;Łódź\nGrażyna;Gdańsk", "cp1250 iso8859-2"),
    ("Příliš žluťoučký kůň úpěl ďábelské ódy", "cp1250"),
    ("Árvíztűrő tükörfúrógép, kérjük időben", "cp1250"),
    ("Lütfen zamanında geliniz, teşekkür ederiz; Ayşe Iğdır'da", "cp1254"),
    ("Susitikimas įvyks trečiadienį, prašome atsinešti sąskaitas", "cp1257"),
    ("Протокол собрания: завтра в три часа дня", "cp1251 koi8-r iso8859-5 cp866 utf-16-le"),
    ("Нарада відбудеться у середу, її перенесли", "cp1251 koi8-u"),
    ("Η συνάντηση θα γίνει την Τετάρτη στις δέκα", "cp1253 iso8859-7"),
    ("הפגישה תתקיים ביום רביעי בשעה עשר", "cp1255 iso8859-8"),
    ("سيعقد الاجتماع يوم الأربعاء في الساعة العاشرة", "cp1256"),
    ("การประชุมจะจัดขึ้นในวันพุธเวลาสิบโมงเช้า", "cp874"),
    (
        "会议记录：明天下午三点开会，请准时参加。",
        "gbk gb18030 utf-16-le utf-16-be utf-16 utf-32-le",
    ),
    ("姓名,城市\n张三,北京\n李四,㐂", "gb18030"),
    ("會議記錄：明天下午三點開會", "big5 cp950"),
    ("処理区分 東京 ①", "cp932"),
    ("会議は水曜日の午前十時から三階で行われます", "cp932 euc_jp iso2022_jp"),
    ("회의는 수요일 오전 열시에 열립니다", "euc-kr cp949"),
    ("plain words and café 香蕉", "utf-8 utf-8-sig utf-16 utf-16-be utf-32"),
]


@pytest.mark.parametrize(
    ("text", "encoding"), [(text, one) for text, names in WRITTEN for one in names.split()]
)
def test_the_words_are_those_that_were_written(text, encoding):
    found = decoded(text.encode(encoding))

    assert (found.text, found.damaged) == (text, 0)
    assert found.guessed == (encoding.removesuffix("-sig") not in {*SURE, "iso2022_jp"})


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<html><meta charset="x-sjis">', "cp932"),
        (
            "<!DOCTYPE html><meta http-equiv=content-type content='text/html; charset=gb2312'>",
            "gbk",
        ),
        ("<!-- <meta charset=big5> --><html><META CHARSET = 'windows-31j'>", "cp932"),
        ("<?xml version='1.0' encoding='EUC-JP'?>", "euc_jp"),
        ("<html><meta charset=utf-16>", "utf-8"),
        ("<html><meta charset=iso-8859-1>", "utf-8"),
        ("<html><meta charset=iso-8859-1>", "utf-16"),
    ],
)
def test_a_declaration_is_read_as_browsers_read_it(head, encoding):
    found = decoded((head + "東京").encode(encoding))

    assert (found.text, found.guessed) == (head + "東京", False)


@pytest.mark.parametrize(
    "label", ["undefined", "unicode_escape", "raw_unicode_escape", "idna", "utf-7", "punycode"]
)
def test_what_is_a_codec_of_python_only_is_no_encoding(label):
    head = f"<html><meta charset={label}>"

    assert decoded(f"{head}été \\ud800".encode("cp1252")).text == f"{head}été \\ud800"
    assert decoded("été".encode(), said=label) is None


@pytest.mark.parametrize(
    ("before", "after", "encoding"),
    [
        ("服务启动成功\n" * 3, "\n完成", "utf-8"),
        ("Zürich ", "", "utf-8"),
        ("会议记录：明天下午三点开会\n" * 9, "\n准时", "gbk"),
        ("會議記錄：明天下午三點開會\n" * 9, "\n準時", "big5"),
        ("회의는 수요일 오전 열시에\n" * 9, "\n열립니다", "cp949"),
    ],
)
def test_one_damaged_byte_costs_one_character(before, after, encoding):
    found = decoded(before.encode(encoding) + b"\xff" + after.encode(encoding))

    assert found.text == before + "\ufffd" + after
    assert found.damaged == 1


def test_what_is_declared_wrongly_is_guessed_and_old_code_pages_may_be_said():
    page = "<html><meta charset=utf-8><p>Grüße aus Köln"
    found = decoded(page.encode("cp1252"))

    assert (found.text, found.guessed) == (page, True)
    for label in ("cp437", "IBM850", "latin9", "mac-roman", "cp936", "cp950"):
        assert decoded("é".encode("cp936" if label == "cp950" else label), said=label) is not None


def test_a_text_cut_within_a_character_is_read_to_there():
    assert decoded("服务启动成功".encode()[:-1]).text == "服务启动成\ufffd"
    assert decoded(codecs.BOM_UTF16_LE + "ab".encode("utf-16-le")[:-1]).text == "a\ufffd"


@pytest.mark.parametrize("junk", ["\0", "\b", "\x01"])
def test_a_stray_control_character_costs_one_character_and_many_are_no_text(junk):
    assert decoded(f"a line of a log{junk} as it is\n".encode()).text.count("\ufffd") == 1
    assert decoded(b"\x1b[31mred\x1b[0m\f").text == "\x1b[31mred\x1b[0m\f"
    assert decoded(bytes(range(256)) * 9) is None
    assert is_binary(bytes(range(256)))


def test_a_few_bytes_say_too_little_unless_somebody_says_more():
    data = "你好".encode("gbk")

    assert decoded(data) is None
    assert not is_binary(data)
    assert decoded(data, locale="zh").text == "你好"
    assert decoded(data, said="GB2312").text == "你好"
    assert decoded("你好".encode(), said="utf8").text == "你好"


@given(st.binary(max_size=80), st.sampled_from(["", "utf-8", "gbk", "shift_jis", "utf-16le"]))
def test_whatever_the_bytes_are_the_text_can_be_written(data, said):
    found = decoded(data, said=said)

    assert found is None or found.text.encode().decode() == found.text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.sampled_from(SURE))
def test_what_unicode_writes_comes_back(text, encoding):
    assert not text or decoded(text.encode(encoding)).text == text.removeprefix("\ufeff")
