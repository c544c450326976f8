"""A key for records that live as long as a test."""

from service.secrets.keyring import Keyring

KEYRING = Keyring([f"{'ab' * 21}a="], "tests")
