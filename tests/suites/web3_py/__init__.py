"""web3.py's own tests of what a client may expect of a chain, asked of the in-process one."""
