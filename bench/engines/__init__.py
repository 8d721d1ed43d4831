"""Where trials run: on this machine, one worker process at a time, under a machine-wide lock."""
