"""A training run that outlives its commands."""

import math
import time
from collections.abc import Callable

import torch
from torch import nn

from checkpoint import load_checkpoint, save_checkpoint
from muon import MuonAdam
from session import Session

UNPLANNED = 1 << 50                            # samples, until the speed has been measured
PLAN_SECONDS, REPORT_SECONDS = 15, 60
FACTS = ('step', 'samples', 'planned', 'seconds', 'loss', 'quality', 'finished')


class Run:
    """The state of one training, saved to `<stage>.pt` and loaded from there.

    Its length is a number of samples. Where only minutes are given, that number is estimated
    again and again from the measured speed, so that the learning rate is at its end when the
    minutes (summed over all commands) are used up, however the run is cut.
    """

    def __init__(self, session: Session, stage: str, model: nn.Module, optimizer: MuonAdam,
                 ema: float, minutes: float, samples: int = 0) -> None:
        self.session, self.stage, self.path = session, stage, session.work / f'{stage}.pt'
        self.model, self.optimizer, self.ema_decay = model, optimizer, ema
        self.averaged = {name: value.clone() for name, value in model.state_dict().items()}
        self.budget_seconds, self.fixed = 60 * minutes, samples
        self.step = self.samples = 0
        self.planned, self.seconds, self.loss = samples or UNPLANNED, 0., math.nan
        self.finished, self.quality = False, None
        if self.path.exists():
            self._load(load_checkpoint(self.path))

    def _load(self, state: dict) -> None:
        self.model.load_state_dict(state['model'])
        for name, value in state['ema'].items():
            self.averaged[name].copy_(value)
        if state['optimizer'] is not None:
            self.optimizer.load_state_dict(state['optimizer'])
        for name in FACTS:
            setattr(self, name, state[name])
        self.planned = self.fixed or self.planned

    def save(self) -> None:
        save_checkpoint(self.path, {
            **{name: getattr(self, name) for name in FACTS},
            'model': self.model.state_dict(), 'ema': self.averaged,
            'optimizer': None if self.finished else self.optimizer.state_dict()})

    def _average(self) -> None:
        decay = min(self.ema_decay, (1 + self.step) / (10 + self.step))
        current = self.model.state_dict()
        torch._foreach_lerp_([self.averaged[name] for name in current],
                             list(current.values()), 1 - decay)

    def _advance(self, batch: int, loss_of: Callable[[], torch.Tensor],
                 rate_factor: Callable[[int, float], float]) -> torch.Tensor:
        """One step of the optimizer; the loss stays on its device."""
        self.optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.)
        self.optimizer.step(rate_factor(self.step, self.samples / self.planned))
        self.step += 1
        self.samples += batch
        self._average()
        return loss.detach()

    def _over(self, steps_here: int) -> bool:
        limit = self.session.preset.step_limit
        if self.fixed:
            return self.samples >= self.fixed
        return self.seconds >= self.budget_seconds or 0 < limit <= steps_here

    def train(self, batch: int, loss_of: Callable[[], torch.Tensor],
              rate_factor: Callable[[int, float], float],
              evaluate: Callable[[dict[str, torch.Tensor]], dict[str, float]]) -> bool:
        """Trains until the run or the session is over; true when the run is.

        `loss_of` makes the loss of a batch, `rate_factor` the share of the learning rates for a
        step and the progress (0..1), `evaluate` facts about the quality of averaged weights.
        """
        session, before = self.session, self.seconds
        began = told = saved = planned_at = time.time()
        told_samples = planned_samples = self.samples
        losses: list[torch.Tensor] = []
        steps_here = 0
        while not self.finished and not session.over():
            losses.append(self._advance(batch, loss_of, rate_factor))
            steps_here += 1
            now = time.time()
            self.seconds = before + now - began
            if not self.fixed and now - planned_at > PLAN_SECONDS:
                speed = (self.samples - planned_samples) / (now - planned_at)
                left = max(self.budget_seconds - self.seconds, 0)
                self.planned = self.samples + max(int(speed * left), batch)
                planned_at, planned_samples = now, self.samples
            self.finished = self._over(steps_here)
            if self.finished:
                self.planned = self.samples
            if now - told > REPORT_SECONDS or steps_here == 1:
                self.loss = float(torch.stack(losses).mean())
                session.report(self.stage, samples=self.samples,
                               planned=self.planned if self.planned < UNPLANNED else None,
                               rate=(self.samples - told_samples) / (now - told),
                               loss=self.loss, minutes=self.seconds / 60)
                told, told_samples, losses = time.time(), self.samples, []
            if now - saved > session.preset.checkpoint_seconds:
                self.save()
                saved = time.time()
        if losses:
            self.loss = float(torch.stack(losses).mean())
        self.save()                            # first: the evaluation may be cut
        if steps_here:
            self.quality = evaluate(self.averaged)
            session.report(self.stage, samples=self.samples, loss=self.loss, step=self.step,
                           finished=self.finished, **self.quality)
            self.save()
        return self.finished
