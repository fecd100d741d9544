"""CONTROLS.md, the generated list of controls; a Checkov policy pack made from it is still to come."""
