"""scikit-learn: its multi-layer perceptron without hidden layers."""
