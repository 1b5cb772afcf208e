"""One command of the trainer: its deadline, its signals, its progress lines."""

import json
import signal
import time
from pathlib import Path

import torch

from presets import Preset


class Session:
    """Ends when its minutes are over or a signal asks for it; training loops ask `over()`."""

    def __init__(self, work: Path, preset: Preset, minutes: float, device: str) -> None:
        self.work, self.preset, self.device = work, preset, torch.device(device)
        self.end, self._stopped = time.time() + 60 * minutes, False
        work.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, *_: object) -> None:
        self._stopped = True

    @property
    def stopped(self) -> bool:
        """Whether a signal came."""
        return self._stopped

    def let_signals_end(self) -> None:
        """From now on a signal ends the program at once: nothing is left to be saved."""
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def over(self) -> bool:
        return self._stopped or time.time() > self.end

    def seconds_left(self) -> float:
        return self.end - time.time()

    def report(self, stage: str, **facts: object) -> None:
        """One line for people, and one of JSON in `metrics.jsonl`."""
        facts = {key: round(value, 5) if isinstance(value, float) else value
                 for key, value in facts.items()}
        print(time.strftime('%H:%M:%S'), stage,
              *(f'{key} {value}' for key, value in facts.items()), flush=True)
        line = {'stage': stage, 'time': round(time.time()), **facts}
        with (self.work / 'metrics.jsonl').open('a') as metrics:
            metrics.write(json.dumps(line) + '\n')

    def autocast(self) -> torch.autocast:
        return torch.autocast(self.device.type, dtype=torch.bfloat16)
