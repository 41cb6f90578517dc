"""Every parser under arbitrary bytes: guided by coverage in `make fuzz`, by luck in `make test`."""
