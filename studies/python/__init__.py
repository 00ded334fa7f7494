"""What `import tokenspice` offers: a run, a batch or a session in one line, for scripts and notebooks."""
