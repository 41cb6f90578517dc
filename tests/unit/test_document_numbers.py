"""A cell is what its number format shows; LibreOffice is asked the same in the server tests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.document.document_programs.numberformat import BUILT_IN, shown

DAY = 46_097  # 2026-03-16, a Monday
SHOWN = [
    (0.075, "0.0%", "7.5%"),
    (1234.5, '"$"#,##0.00', "$1,234.50"),
    (1234, "000000", "001234"),
    (5551234567, "(###) ###-####", "(555) 123-4567"),
    (12345678, r"000\-00\-0000", "012-34-5678"),
    (1234567, '#,##0,"K"', "1,235K"),
    (1234567.891, '#,##0.00,,"M"', "1.23M"),
    (-5, "#,##0_);(#,##0)", "(5)"),
    (3, '_-* #,##0.00 "€"_-', "3.00 €"),
    (1.1, "[$€-407] #,##0.00", "€ 1.10"),
    (-0.05, "[Red]0.0%;[Blue]-0.0%", "-5.0%"),
    (-0.001, "0.00", "0.00"),
    (2.5, "0", "3"),
    (1.5, ".00", "1.50"),
    (0, "0;-0;;@", ""),
    (12.5, "[<10]0.0;0", "13"),
    (3.14159, "0.##", "3.14"),
    (0.75, "# ?/?", "3/4"),
    (1.7, "# ??/16", "1 11/16"),
    (0.333, "??/??", "1/3"),
    (123456, "0.00E+00", "1.23E+05"),
    (12345, "##0.0E+0", "12.3E+3"),
    (999999, "0.0E+0", "1.0E+6"),
    (0.1 + 0.2, "General", "0.3"),
    (123456789012, "General", "123456789012"),
    (1e20, "General", "1E+20"),
    (1234567890123456, "General", "1234567890123456"),
    (7, 'General" pcs"', "7 pcs"),
    (5, "[DBNum2]0", "伍"),
    (123, "[DBNum1]General", "一百二十三"),
    (10203, "[DBNum2]General", "壹万零贰佰零叁"),
    (DAY, 'yyyy"年"m"月"d"日"', "2026年3月16日"),
    (DAY, "[$-804]aaaa", "星期一"),
    (DAY, "[$-407]dddd, d. mmmm yyyy", "Montag, 16. März 2026"),
    (DAY, "[$-F800]dddd, mmmm dd, yyyy", "Monday, March 16, 2026"),
    (DAY, "[$-409]d-mmm-yy;@", "16-Mar-26"),
    (DAY + 0.123, "yyyy-mm-dd hh:mm:ss", "2026-03-16 02:57:07"),
    (DAY + 0.25, '上午/下午h"时"mm"分"', "上午6时00分"),
    (0.4375, "h:mm AM/PM", "10:30 AM"),
    (1.5, "[h]:mm", "36:00"),
    (-0.5, "[h]:mm", "-12:00"),
    (1.5 / 86_400, "mm:ss.0", "00:01.5"),
    (1, "yyyy-mm-dd", "1900-01-01"),
    (60, "yyyy-mm-dd", "1900-02-29"),
    (61, "d.m.yyyy", "1.3.1900"),
    (-3, "yyyy", "-3"),
    (3e6, "yyyy", "3000000"),
    ("abc", '0;-0;0;"<"@">"', "<abc>"),
    ("abc", "0.0", "abc"),
]


@pytest.mark.parametrize(("value", "code", "text"), SHOWN)
def test_a_cell_is_what_its_format_shows(value, code, text):
    assert shown(value, code) == text


def test_days_may_be_counted_since_1904():
    assert shown(DAY - 1_462, "yyyy-mm-dd", since_1904=True) == "2026-03-16"


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CODES = st.text('0#?.,%E+-/yMdhs[]$;"\\_*@ ae1', max_size=12) | st.sampled_from(
    [*BUILT_IN.values()]
)


@given(NUMBERS, CODES)
def test_no_format_costs_a_cell(value, code):
    assert isinstance(shown(value, code), str)


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_whole_number_is_shown_whole(value):
    assert shown(value, "General") == shown(value, "0") == str(value)
    assert shown(value, "#,##0") == f"{value:,}"
