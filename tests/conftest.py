"""What holds for all tests: no test fails because the machine was busy."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
