"""Apache MXNet: autograd by hand, and Gluon."""
