"""``python -m bench`` is ``softmax-bench``."""

from bench.cli import main

if __name__ == "__main__":
    main()
