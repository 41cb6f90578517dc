"""Text with places to fill: `%{name}`, so that CloudFormation's `${...}` can stand in it."""

from string import Template


class Block(Template):
    """Filled with `substitute(values)`, which raises KeyError for a place without a value."""

    delimiter = "%"
