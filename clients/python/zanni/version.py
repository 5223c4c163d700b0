"""The version of the convention's code that this client goes with. A broker refuses one that doesn't fit its own."""

VERSION = "0.1.0"
