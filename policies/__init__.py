"""The catalogue inside the tools that teams already run: Checkov (this folder) and ``cdk synth`` (``cdk``).

Checkov imports every file of this folder by its bare name, so each of them does nothing when it is imported;
``trailhold_controls`` alone registers controls. ``cdk`` is a package of one file, which Checkov leaves alone.
"""
