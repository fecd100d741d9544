"""Reports that go by the requirements of one framework; a format is one module with ``render``."""
