"""The invented county of the demo. Every person, number and address here is made up."""
