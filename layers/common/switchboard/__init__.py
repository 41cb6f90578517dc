"""What every function shares: the values that travel, the ledger, channels, the tools' frame."""
