"""A second look at telephone numbers: a doubt is shown, and any number is accepted."""

_HOME = "US"


def doubtful(phone: str) -> str:
    """Why a number may be mistyped, in one sentence; empty when it may be right or there is none."""
    if not phone.strip():
        return ""
    import phonenumbers  # noqa: PLC0415 - not needed for the first window

    try:
        number = phonenumbers.parse(phone, _HOME)
    except phonenumbers.NumberParseException:
        return "This may not be a telephone number; it is kept as typed."
    if phonenumbers.is_possible_number(number):
        return ""
    return "This number looks too long or too short; it is kept as typed."
