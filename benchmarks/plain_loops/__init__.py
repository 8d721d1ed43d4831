"""The plainest correct loop that one can write in each framework: what the contenders must match.

Each module has a function for each form. It takes the problem's arrays and returns an epoch: a
function of an order of examples that trains once through them and returns their mean loss.
"""
