"""What may be set in the environment, and what is said of what cannot be used."""

import pytest

from comparator.serving.settings import SettingError, Settings, from_environment


def test_nothing_set_is_the_usual():
    assert from_environment({}) == Settings()


def test_everything_can_be_set():
    found = from_environment(
        {
            "COMPARATOR_ADDRESS": "https://comparator.example/",
            "COMPARATOR_FRAME_ANCESTORS": "'self' https://pcc.example",
            "COMPARATOR_LOG_FORMAT": "json",
            "COMPARATOR_METRICS": "1",
            "COMPARATOR_MOST_SESSIONS": "40",
        }
    )
    assert found == Settings("https://comparator.example", "'self' https://pcc.example", "json", True, 40)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COMPARATOR_ADDRESS", "comparator.example"),
        ("COMPARATOR_ADDRESS", "javascript:alert(1)"),
        ("COMPARATOR_FRAME_ANCESTORS", "*; script-src *"),
        ("COMPARATOR_FRAME_ANCESTORS", " "),
        ("COMPARATOR_FRAME_ANCESTORS", "'self'\r\nX-Other: 1"),
        ("COMPARATOR_LOG_FORMAT", "xml"),
        ("COMPARATOR_MOST_SESSIONS", "0"),
        ("COMPARATOR_MOST_SESSIONS", "many"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(name, value):
    with pytest.raises(SettingError, match=name):
        from_environment({name: value})
