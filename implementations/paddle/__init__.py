"""PaddlePaddle: autograd by hand, and paddle.nn with paddle.optimizer."""
