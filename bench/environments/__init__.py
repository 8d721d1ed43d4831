"""One isolated interpreter per framework, so that frameworks that cannot coexist can compete."""
