"""Whether somebody would be told: alarms on what a trail reports, and rules on the event bus."""
