"""PyTorch: autograd by hand, and torch.nn with torch.optim."""
