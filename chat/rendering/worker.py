"""The program of a rendering process: reads a body per JSON line, writes its markup and the seconds.

Started by `pool`. It ends with its standard input, so also when the server is killed.
"""

import json
import os
import sys
import time

from .code import use_alarm
from .markdown import render


def main() -> None:
    use_alarm()
    os.nice(5)  # deliveries first
    for line in sys.stdin:
        began = time.process_time()
        markup = render(json.loads(line))
        print(json.dumps([markup, time.process_time() - began]), flush=True)


if __name__ == "__main__":
    main()
