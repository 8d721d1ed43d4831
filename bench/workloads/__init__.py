"""Data, model and hyperparameters: what is trained, before anybody says in which framework."""
