"""What every Switchboard function shares: the values that travel, the ledger, the channels, the frame around tools."""
