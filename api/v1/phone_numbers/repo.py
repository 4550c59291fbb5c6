"""SQL for phone numbers."""

from api.db.repo import Repo
from api.v1.phone_numbers.model import PhoneNumberRow


class PhoneNumbers(Repo[PhoneNumberRow]):
    """The phone numbers of one organisation."""

    row = PhoneNumberRow
    noun = "phone number"
