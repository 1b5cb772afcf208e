"""Muon (Jordan et al. 2024) for the hidden matrices, AdamW for everything else.

In the pilot's comparison at equal time Muon used the captions after 100 s, AdamW did not yet.
"""

from collections import defaultdict

import torch
from torch import nn

NOT_HIDDEN = ('token', 'position', 'conv_in', 'conv_out')


def _orthogonalized(stack: torch.Tensor) -> torch.Tensor:
    """The nearest orthogonal matrices, roughly: Newton-Schulz iteration on a stack of equally
    shaped matrices, with the coefficients of Jordan et al. 2024."""
    x = stack.bfloat16()
    tall = x.shape[1] > x.shape[2]
    x = x.transpose(1, 2) if tall else x
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        gram = x @ x.transpose(1, 2)
        x = 3.4445 * x + (-4.775 * gram + 2.0315 * gram @ gram) @ x
    return x.transpose(1, 2) if tall else x


class MuonAdam:
    """`step(factor)` applies the gradients with both learning rates times the factor.

    A `muon_rate` of 0 leaves everything to AdamW.
    """

    def __init__(self, model: nn.Module, muon_rate: float, adam_rate: float,
                 betas: tuple[float, float] = (.9, .98), weight_decay: float = 0.) -> None:
        self.muon_rate, self.adam_rate, self.momentum = muon_rate, adam_rate, .95
        hidden = [parameter for name, parameter in model.named_parameters()
                  if muon_rate and parameter.ndim >= 2
                  and not any(word in name for word in NOT_HIDDEN)]
        chosen = {id(parameter) for parameter in hidden}
        groups = defaultdict(list)             # equal shapes share one batched iteration
        for parameter in hidden:
            groups[parameter.flatten(1).shape].append(parameter)
        self.groups = list(groups.values())
        self.buffers = [[torch.zeros_like(p) for p in group] for group in self.groups]
        rest = [p for p in model.parameters() if id(p) not in chosen]
        self.adam = torch.optim.AdamW(rest, lr=adam_rate, betas=betas, weight_decay=weight_decay)

    @torch.no_grad()
    def step(self, factor: float) -> None:
        for options in self.adam.param_groups:
            options['lr'] = self.adam_rate * factor
        self.adam.step()
        rate = self.muon_rate * factor
        for group, buffers in zip(self.groups, self.buffers):
            gradients = [parameter.grad for parameter in group]
            torch._foreach_lerp_(buffers, gradients, 1 - self.momentum)
            nesterov = torch._foreach_lerp(gradients, buffers, self.momentum)
            updates = _orthogonalized(torch.stack([update.flatten(1) for update in nesterov]))
            rows, columns = updates.shape[1:]
            updates = [update.view_as(parameter).to(parameter.dtype)
                       for update, parameter in zip(updates, group)]
            torch._foreach_mul_(group, 1 - .025 * rate)         # decoupled weight decay
            torch._foreach_add_(group, updates, alpha=-rate * max(1, rows / columns) ** .5)

    def zero_grad(self) -> None:
        self.adam.zero_grad(set_to_none=True)
        for group in self.groups:
            for parameter in group:
                parameter.grad = None

    def state_dict(self) -> dict:
        return {'adam': self.adam.state_dict(), 'buffers': self.buffers}

    def load_state_dict(self, state: dict) -> None:
        self.adam.load_state_dict(state['adam'])
        for mine, saved in zip(self.buffers, state['buffers']):
            for buffer, value in zip(mine, saved):
                buffer.copy_(value)
