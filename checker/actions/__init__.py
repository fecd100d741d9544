"""What changes AWS, one deliberate step at a time. The auditor only reads, and never imports this package."""
