"""Loops in TensorFlow, each as plain as it gets, by form and lane; the fastest stands first."""

from functools import partial

import keras
import numpy as np
import tensorflow as tf

from benchmarks.idioms import once


@once
def data(problem):
    return tf.constant(np.array(problem.features)), tf.constant(np.array(problem.targets))


def by_one_hot(p, y):
    return tf.reduce_sum(p * tf.one_hot(y, p.shape[1]), axis=1)


def by_gather_nd(p, y):
    return tf.gather_nd(p, tf.stack([tf.range(tf.size(y, y.dtype)), y], axis=1))


def by_mask(p, y):
    return tf.boolean_mask(p, tf.one_hot(y, p.shape[1]))


def by_gather(p, y):
    return tf.gather(p, y, batch_dims=1)


def sizes(order, problem):
    full, rest = divmod(len(order), problem.batch_size)
    return [problem.batch_size] * full + [rest] * (rest > 0)


def split(order, problem):
    return tf.split(tf.constant(order), sizes(order, problem))


def sliced(order, problem):
    order, size = tf.constant(order), problem.batch_size
    return (order[start : start + size] for start in range(0, len(order), size))


def looped(step, problem, batches=split):
    """Return an epoch of steps, each of which takes row indices and returns its loss."""

    def epoch(order):
        total = tf.zeros(())
        for i in batches(order, problem):
            total += step(i) * len(i)
        return float(total) / len(order)

    return epoch


def summed_at_the_end(step, problem):
    """Return the same, with the losses kept and put together once."""

    def epoch(order):
        losses = tf.stack([step(i) for i in split(order, problem)])
        counts = tf.constant(sizes(order, problem), tf.float32)
        return float(tf.tensordot(losses, counts, 1)) / len(order)

    return epoch


def called(step, problem, loop=looped, **options):
    """Call one tf.function for each batch."""
    return loop(tf.function(step, **options), problem)


def called_concrete(step, problem, jit_compile):
    """Call one concrete function for each length of a batch; the sum of the losses goes in too."""
    functions = {}

    def function(total, i):
        if len(i) not in functions:
            traced = tf.function(
                lambda total, i: total + step(i) * i.shape[0], jit_compile=jit_compile
            )
            functions[len(i)] = traced.get_concrete_function(total, i)
        return functions[len(i)](total, i)

    def epoch(order):
        total = tf.zeros(())
        for i in split(order, problem):
            total = function(total, i)
        return float(total) / len(order)

    return epoch


def whole(step, problem, jit_compile, sweep=None):
    """Return an epoch that is one tf.function with the loop over the batches inside."""
    size = problem.batch_size
    sweep = sweep or over_rows

    @tf.function(jit_compile=jit_compile)
    def run(order):
        full = order.shape[0] // size * size
        total = sweep(step, order[:full], size)
        last = order[full:]
        return total + step(last) * last.shape[0] if last.shape[0] else total

    return lambda order: float(run(tf.constant(order))) / len(order)


def over_rows(step, order, size):
    total = tf.zeros(())
    for i in tf.reshape(order, [-1, size]):
        total += step(i) * size
    return total


def over_slices(step, order, size):
    total = tf.zeros(())
    for number in tf.range(order.shape[0] // size):
        total += step(tf.slice(order, [number * size], [size])) * size
    return total


def folded(step, order, size):
    batches = tf.reshape(order, [-1, size])
    return tf.foldl(lambda total, i: total + step(i) * size, batches, tf.zeros(()))


def scratch(problem, loop, rows_are_outputs=True, pick=by_one_hot, shift_gradient=False):
    x, y = data(problem)
    w = tf.Variable(problem.initial.weight.T if rows_are_outputs else problem.initial.weight)
    b = tf.Variable(problem.initial.bias)
    rate = problem.learning_rate

    def step(i):
        rows, labels = tf.gather(x, i), tf.gather(y, i)
        with tf.GradientTape() as tape:
            z = tf.nn.bias_add(tf.matmul(rows, w, transpose_b=rows_are_outputs), b)
            shift = tf.reduce_max(z, axis=1, keepdims=True)
            e = tf.exp(z - (shift if shift_gradient else tf.stop_gradient(shift)))
            p = e / tf.reduce_sum(e, axis=1, keepdims=True)
            loss = -tf.reduce_mean(tf.math.log(pick(p, labels)))
        dw, db = tape.gradient(loss, (w, b))
        w.assign_sub(rate * dw, read_value=False)
        b.assign_sub(rate * db, read_value=False)
        return loss

    return loop(step, problem)


def scratch_textbook(problem):
    """Broadcast the bias, keep the shift's gradient, slice the order."""
    x, y = data(problem)
    w, b = tf.Variable(problem.initial.weight), tf.Variable(problem.initial.bias)

    def step(i):
        rows, labels = tf.gather(x, i), tf.gather(y, i)
        with tf.GradientTape() as tape:
            z = rows @ w + b
            e = tf.exp(z - tf.reduce_max(z, axis=1, keepdims=True))
            p = e / tf.reduce_sum(e, axis=1, keepdims=True)
            loss = -tf.reduce_mean(tf.math.log(by_one_hot(p, labels)))
        dw, db = tape.gradient(loss, (w, b))
        w.assign_sub(problem.learning_rate * dw)
        b.assign_sub(problem.learning_rate * db)
        return loss

    return looped(step, problem, sliced)


def loss_function(labels, scores):
    losses = keras.losses.sparse_categorical_crossentropy(labels, scores, from_logits=True)
    return tf.reduce_mean(losses)


def loss_class():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def sequential(problem, kind=keras.Sequential):
    n_features, n_outputs = problem.initial.weight.shape
    model = kind([keras.layers.Input((n_features,)), keras.layers.Dense(n_outputs)])
    model.set_weights([problem.initial.weight, problem.initial.bias])
    return model


def dense(problem):
    model = keras.layers.Dense(len(problem.initial.bias))
    model.build(problem.features.shape)
    model.set_weights([problem.initial.weight, problem.initial.bias])
    return model


def high_level(problem, loop, make=dense, loss_of=loss_function):
    x, y = data(problem)
    model = make(problem)
    optimizer = keras.optimizers.SGD(problem.learning_rate)
    optimizer.build(model.trainable_variables)

    def step(i):
        rows, labels = tf.gather(x, i), tf.gather(y, i)
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(rows))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    return loop(step, problem)


def index_batches(problem):
    """Return a dataset of the batches' indices, and the variable that it reads the order from."""
    size = problem.batch_size
    with tf.device("CPU:0"):
        order = tf.Variable(tf.zeros(0, tf.int64), shape=[None])
    starts = tf.data.Dataset.from_tensors(0).flat_map(
        lambda _: tf.data.Dataset.range(0, tf.size(order, tf.int64), size)
    )
    return order, starts.map(lambda start: order[start : start + size])


def compiled_model(problem, kind=keras.Sequential, **options):
    model = sequential(problem, kind)
    model.compile(keras.optimizers.SGD(problem.learning_rate), loss_class(), **options)
    return model


def fit(problem, steps_per_execution, jit_compile):
    """compile() and fit() on a dataset of batches that are gathered on the device."""
    x, y = data(problem)
    model = compiled_model(
        problem, steps_per_execution=steps_per_execution, jit_compile=jit_compile
    )
    order_read, batches = index_batches(problem)
    batches = batches.map(lambda i: (tf.gather(x, i), tf.gather(y, i)))

    def epoch(order):
        order_read.assign(order)
        return model.fit(batches, verbose=0).history["loss"][0]

    return epoch


def fit_custom(problem, steps_per_execution, jit_compile):
    """The same with a train_step that gathers, so that it is compiled with the rest."""
    x, y = data(problem)

    class Gathering(keras.Sequential):
        def train_step(self, i):
            rows, labels = tf.gather(x, i), tf.gather(y, i)
            with tf.GradientTape() as tape:
                loss = self.compute_loss(y=labels, y_pred=self(rows, training=True))
            gradients = tape.gradient(loss, self.trainable_weights)
            self.optimizer.apply(gradients, self.trainable_weights)
            self._loss_tracker.update_state(loss, sample_weight=tf.shape(labels)[0])
            return {"loss": self._loss_tracker.result()}

    model = compiled_model(
        problem, Gathering, steps_per_execution=steps_per_execution, jit_compile=jit_compile
    )
    order_read, batches = index_batches(problem)

    def epoch(order):
        order_read.assign(order)
        return model.fit(batches, verbose=0).history["loss"][0]

    return epoch


def train_on_batch(problem, jit_compile):
    x, y = data(problem)
    model = compiled_model(problem, jit_compile=jit_compile)

    def epoch(order):
        total = 0.0
        for i in split(order, problem):
            model.reset_metrics()
            total += float(model.train_on_batch(tf.gather(x, i), tf.gather(y, i))) * len(i)
        return total / len(order)

    return epoch


# Options of a loop that several idioms share.
xla = partial(called_concrete, jit_compile=True)
graph = partial(called_concrete, jit_compile=False)
xla_epoch = partial(whole, jit_compile=True)
graph_epoch = partial(whole, jit_compile=False)

IDIOMS = {
    ("scratch", "eager"): {
        "one_hot, no gradient of the shift, losses summed at the end": partial(
            scratch, loop=summed_at_the_end
        ),
        "the same, a column of the weight for each output": partial(
            scratch, loop=summed_at_the_end, rows_are_outputs=False
        ),
        "losses summed at each step": partial(scratch, loop=looped),
        "gather_nd": partial(scratch, loop=summed_at_the_end, pick=by_gather_nd),
        "with the gradient of the shift": partial(
            scratch, loop=summed_at_the_end, shift_gradient=True
        ),
        "one_hot, as in a textbook": scratch_textbook,
        "boolean_mask": partial(scratch, loop=summed_at_the_end, pick=by_mask),
        "gather(batch_dims=1)": partial(scratch, loop=summed_at_the_end, pick=by_gather),
    },
    ("scratch", "step"): {
        "concrete functions, XLA": partial(scratch, loop=xla),
        "concrete functions, graph": partial(scratch, loop=graph),
        "concrete functions, XLA, a column for each output": partial(
            scratch, loop=xla, rows_are_outputs=False
        ),
        "tf.function, XLA": partial(scratch, loop=partial(called, jit_compile=True)),
        "tf.function, XLA, losses summed at the end": partial(
            scratch, loop=partial(called, loop=summed_at_the_end, jit_compile=True)
        ),
        "tf.function, graph": partial(scratch, loop=called),
        "tf.function, graph, reduce_retracing": partial(
            scratch, loop=partial(called, reduce_retracing=True)
        ),
    },
    ("scratch", "epoch"): {
        "for over rows of the order, XLA": partial(scratch, loop=xla_epoch),
        "for over slices, XLA": partial(scratch, loop=partial(xla_epoch, sweep=over_slices)),
        "foldl, XLA": partial(scratch, loop=partial(xla_epoch, sweep=folded)),
        "for over rows, XLA, gather(batch_dims=1)": partial(
            scratch, loop=xla_epoch, pick=by_gather
        ),
        "for over rows, graph": partial(scratch, loop=graph_epoch),
        "for over rows, XLA, a column for each output": partial(
            scratch, loop=xla_epoch, rows_are_outputs=False
        ),
    },
    ("high_level", "eager"): {
        "loss as a function, losses summed at the end": partial(high_level, loop=summed_at_the_end),
        "losses summed at each step": partial(high_level, loop=looped),
        "loss as a class": partial(high_level, loop=summed_at_the_end, loss_of=loss_class()),
        "loss as a class, Sequential": partial(
            high_level, loop=summed_at_the_end, make=sequential, loss_of=loss_class()
        ),
    },
    ("high_level", "step"): {
        "concrete functions, graph": partial(high_level, loop=graph),
        "concrete functions, XLA": partial(high_level, loop=xla),
        "tf.function, graph": partial(high_level, loop=called),
        "tf.function, XLA": partial(high_level, loop=partial(called, jit_compile=True)),
        "fit": partial(fit, steps_per_execution=1, jit_compile=False),
        "fit, XLA": partial(fit, steps_per_execution=1, jit_compile=True),
        "fit, own train_step": partial(fit_custom, steps_per_execution=1, jit_compile=False),
        "train_on_batch": partial(train_on_batch, jit_compile=False),
        "train_on_batch, XLA": partial(train_on_batch, jit_compile=True),
    },
    ("high_level", "epoch"): {
        "for over rows of the order, XLA": partial(high_level, loop=xla_epoch),
        "for over rows, graph": partial(high_level, loop=graph_epoch),
        "fit, steps_per_execution=235": partial(fit, steps_per_execution=235, jit_compile=False),
        "fit, steps_per_execution=47": partial(fit, steps_per_execution=47, jit_compile=False),
        "fit, own train_step, steps_per_execution=235": partial(
            fit_custom, steps_per_execution=235, jit_compile=False
        ),
        "fit, steps_per_execution=235, XLA": partial(
            fit, steps_per_execution=235, jit_compile=True
        ),
    },
}
