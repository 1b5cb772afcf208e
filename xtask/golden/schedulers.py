"""Writes `schedules.json` and `trajectories.json`: what diffusers' schedulers plan and do."""

import importlib
import inspect
import math
import sys
from types import ModuleType

import diffusers
import numpy as np
import torch

from fixture import flat, write_golden

STEPS = (1, 2, 4, 10, 20, 50)
STABLE = {'num_train_timesteps': 1000, 'beta_start': .00085, 'beta_end': .012,
          'beta_schedule': 'scaled_linear', 'prediction_type': 'epsilon',
          'timestep_spacing': 'leading', 'steps_offset': 1, 'set_alpha_to_one': False,
          'clip_sample': False}
CONFIGS: dict[str, dict[str, object]] = {
    'sd1_leading': STABLE,
    'sd1_linspace': STABLE | {'timestep_spacing': 'linspace'},
    'sd1_trailing': STABLE | {'timestep_spacing': 'trailing'},
    # Also that of models/maquette-sketch.
    'sd2_v': STABLE | {'prediction_type': 'v_prediction'},
    'zero_snr_v': STABLE | {'prediction_type': 'v_prediction', 'timestep_spacing': 'trailing',
                            'rescale_betas_zero_snr': True},
    'sd1_sample': STABLE | {'prediction_type': 'sample'},
    'linear': STABLE | {'beta_schedule': 'linear', 'beta_start': .0001, 'beta_end': .02,
                        'steps_offset': 0},
    'cosine': STABLE | {'beta_schedule': 'squaredcos_cap_v2'},
    'sigmoid': STABLE | {'beta_schedule': 'sigmoid'},
    # Stable Diffusion 3.5, Flux dev, and the two of other classes' own flow.
    'flow_static': {'num_train_timesteps': 1000, 'shift': 3.},
    'flow_dynamic': {'num_train_timesteps': 1000, 'shift': 3., 'use_dynamic_shifting': True},
    'flow_sigmas': {'num_train_timesteps': 1000, 'prediction_type': 'flow_prediction',
                    'use_flow_sigmas': True, 'flow_shift': 3.}}
FLOWS = ('flow_static', 'flow_dynamic', 'flow_sigmas')
# Whose sums are differences of large numbers: single precision loses up to 3e-4 of them.
IN_DOUBLE = ('deis_3', 'deis_not_lower', 'deis_beta', 'flow_deis')
# The schedules whose timesteps are cut to whole ones where those of others are rounded.
CUT = ('use_exponential_sigmas', 'use_beta_sigmas')
# Tokens of a picture, which a dynamic shift needs.
TOKENS = 1024

# Name: class, what it is told beside the config, what each step is told.
Entry = tuple[str, dict[str, object], dict[str, object]]
MULTISTEP = {'solver_order': 2, 'solver_type': 'midpoint', 'lower_order_final': True}
SDE = MULTISTEP | {'algorithm_type': 'sde-dpmsolver++'}
KARRAS, EXPONENTIAL = {'use_karras_sigmas': True}, {'use_exponential_sigmas': True}
BETA = {'use_beta_sigmas': True}
PLANS: dict[str, Entry] = {
    'euler': ('EulerDiscreteScheduler', {}, {}),
    'euler_karras': ('EulerDiscreteScheduler', KARRAS, {}),
    'euler_exponential': ('EulerDiscreteScheduler', EXPONENTIAL, {}),
    'euler_beta': ('EulerDiscreteScheduler', BETA, {}),
    'heun': ('HeunDiscreteScheduler', {}, {}),
    'dpmpp_2m': ('DPMSolverMultistepScheduler', MULTISTEP, {}),
    'dpmpp_2m_karras': ('DPMSolverMultistepScheduler', MULTISTEP | KARRAS, {}),
    'dpmpp_2m_exponential': ('DPMSolverMultistepScheduler', MULTISTEP | EXPONENTIAL, {}),
    'dpmpp_2m_beta': ('DPMSolverMultistepScheduler', MULTISTEP | BETA, {}),
    'ddim': ('DDIMScheduler', {}, {}),
    'lcm': ('LCMScheduler', {}, {})}
FLOW_PLANS: dict[str, tuple[str, Entry]] = {
    'flow_euler': ('flow_static', ('FlowMatchEulerDiscreteScheduler', {}, {})),
    'flow_euler_terminal': ('flow_static', ('FlowMatchEulerDiscreteScheduler',
                                            {'shift_terminal': .02}, {})),
    'flow_euler_karras': ('flow_static', ('FlowMatchEulerDiscreteScheduler', KARRAS, {})),
    'flow_euler_exponential': ('flow_static', ('FlowMatchEulerDiscreteScheduler', EXPONENTIAL,
                                               {})),
    'flow_euler_beta': ('flow_static', ('FlowMatchEulerDiscreteScheduler', BETA, {})),
    'flow_stochastic': ('flow_static', ('FlowMatchEulerDiscreteScheduler',
                                        {'stochastic_sampling': True}, {})),
    'flow_heun': ('flow_static', ('FlowMatchHeunDiscreteScheduler', {}, {})),
    'flow_dynamic': ('flow_dynamic', ('FlowMatchEulerDiscreteScheduler', {}, {})),
    'flow_dynamic_linear': ('flow_dynamic', ('FlowMatchEulerDiscreteScheduler',
                                             {'time_shift_type': 'linear'}, {})),
    # As the pipelines of Flux call it, with evenly spaced levels of their own.
    'flow_trailing': ('flow_dynamic', ('FlowMatchEulerDiscreteScheduler', {}, {})),
    'flow_trailing_static': ('flow_static', ('FlowMatchEulerDiscreteScheduler', {'shift': 1.},
                                             {})),
    'flow_trailing_terminal': ('flow_dynamic', ('FlowMatchEulerDiscreteScheduler',
                                                {'shift_terminal': .02, 'max_shift': .9,
                                                 'max_image_seq_len': 8192}, {})),
    'flow_dpmpp_2m': ('flow_sigmas', ('DPMSolverMultistepScheduler', MULTISTEP, {})),
    'flow_dpmpp_2m_sde': ('flow_sigmas', ('DPMSolverMultistepScheduler', SDE, {})),
    'flow_unipc': ('flow_sigmas', ('UniPCMultistepScheduler', {}, {})),
    'flow_unipc_terminal': ('flow_sigmas', ('UniPCMultistepScheduler', {'shift_terminal': .02},
                                            {})),
    'flow_deis': ('flow_sigmas', ('DEISMultistepScheduler', {}, {}))}
# Every option of a class that changes what it does, on 'sd1_leading' unless said.
OF_NOISE = {'final_sigmas_type': 'sigma_min'}
OPTIONS: dict[str, Entry] = {
    **{f'dpmpp_{order}m_{kind}_{ending}': (
        'DPMSolverMultistepScheduler', {'solver_order': order, 'solver_type': kind,
                                        'final_sigmas_type': ending}, {})
       for order, kind in ((1, 'midpoint'), (2, 'midpoint'), (2, 'heun'), (3, 'midpoint'))
       for ending in ('zero', 'sigma_min')},
    **{f'{algorithm}_{order}_{kind}': (
        'DPMSolverMultistepScheduler', OF_NOISE | {'algorithm_type': algorithm,
                                                   'solver_order': order, 'solver_type': kind}, {})
       for algorithm, order, kind in (
           ('dpmsolver', 1, 'midpoint'), ('dpmsolver', 2, 'midpoint'), ('dpmsolver', 2, 'heun'),
           ('dpmsolver', 3, 'midpoint'), ('sde-dpmsolver', 1, 'midpoint'),
           ('sde-dpmsolver', 2, 'midpoint'), ('sde-dpmsolver', 2, 'heun'),
           ('sde-dpmsolver++', 1, 'midpoint'), ('sde-dpmsolver++', 2, 'heun'),
           ('sde-dpmsolver++', 3, 'midpoint'))},
    'dpmpp_2m_not_lower': ('DPMSolverMultistepScheduler',
                           OF_NOISE | {'solver_order': 3, 'lower_order_final': False}, {}),
    'dpmpp_2m_euler_at_final': ('DPMSolverMultistepScheduler',
                                OF_NOISE | {'euler_at_final': True}, {}),
    'dpmpp_2m_lu': ('DPMSolverMultistepScheduler', {'use_lu_lambdas': True}, {}),
    'dpmpp_2m_clipped': ('DPMSolverMultistepScheduler', {'lambda_min_clipped': -2.}, {}),
    'dpmpp_2m_threshold': ('DPMSolverMultistepScheduler',
                           {'thresholding': True, 'dynamic_thresholding_ratio': .9,
                            'sample_max_value': 1.5}, {}),
    **{f'unipc_{order}_bh2': ('UniPCMultistepScheduler', {'solver_order': order}, {})
       for order in (1, 3)},
    # Down to 0 it is no number.
    **{f'unipc_{order}_bh1': ('UniPCMultistepScheduler',
                              OF_NOISE | {'solver_order': order, 'solver_type': 'bh1'}, {})
       for order in (1, 2, 3)},
    'unipc_of_noise': ('UniPCMultistepScheduler',
                       {'predict_x0': False, 'final_sigmas_type': 'sigma_min'}, {}),
    'unipc_uncorrected': ('UniPCMultistepScheduler', {'disable_corrector': [0, 2]}, {}),
    'unipc_not_lower': ('UniPCMultistepScheduler',
                        OF_NOISE | {'solver_order': 3, 'lower_order_final': False}, {}),
    'unipc_span': ('UniPCMultistepScheduler', KARRAS | {'sigma_min': .1, 'sigma_max': 10.}, {}),
    **{f'deis_{order}': ('DEISMultistepScheduler', {'solver_order': order}, {})
       for order in (1, 3)},
    'deis_not_lower': ('DEISMultistepScheduler',
                       {'solver_order': 3, 'lower_order_final': False}, {}),
    'ddpm_large': ('DDPMScheduler', {'variance_type': 'fixed_large'}, {}),
    'ddpm_small_log': ('DDPMScheduler', {'variance_type': 'fixed_small_log'}, {}),
    'ddpm_clipped': ('DDPMScheduler', {'clip_sample': True, 'clip_sample_range': .8}, {}),
    'ddim_clipped': ('DDIMScheduler', {'clip_sample': True, 'clip_sample_range': .8}, {}),
    'ddim_to_one': ('DDIMScheduler', {'set_alpha_to_one': True}, {}),
    'pndm_to_one': ('PNDMScheduler', {'skip_prk_steps': True, 'set_alpha_to_one': True}, {}),
    'ddim_threshold': ('DDIMScheduler', {'thresholding': True}, {}),
    'lcm_clipped': ('LCMScheduler', {'clip_sample': True}, {}),
    'lcm_scaling': ('LCMScheduler', {'timestep_scaling': 1., 'original_inference_steps': 100},
                    {}),
    'heun_clipped': ('HeunDiscreteScheduler', {'clip_sample': True}, {}),
    'heun_exponential': ('HeunDiscreteScheduler', EXPONENTIAL, {}),
    'heun_beta': ('HeunDiscreteScheduler', BETA, {}),
    'lms_exponential': ('LMSDiscreteScheduler', EXPONENTIAL, {}),
    'lms_beta': ('LMSDiscreteScheduler', BETA, {}),
    'dpm2_beta': ('KDPM2DiscreteScheduler', BETA, {}),
    'dpm2_karras': ('KDPM2DiscreteScheduler', KARRAS, {}),
    'dpm2_ancestral_karras': ('KDPM2AncestralDiscreteScheduler', KARRAS, {}),
    **{f'{name}_{schedule}': (kind, own | given, {})
       for name, kind, own in (('dpm2_ancestral', 'KDPM2AncestralDiscreteScheduler', {}),
                               ('dpmpp_sde', 'DPMSolverSDEScheduler', {}),
                               ('dpmpp_2m_sde', 'DPMSolverMultistepScheduler', SDE),
                               ('unipc', 'UniPCMultistepScheduler', {}),
                               ('deis', 'DEISMultistepScheduler', {}))
       for schedule, given in (('exponential', EXPONENTIAL), ('beta', BETA))},
    'euler_exponential': PLANS['euler_exponential'],
    'euler_to_lowest': ('EulerDiscreteScheduler', OF_NOISE, {}),
    'euler_log_linear': ('EulerDiscreteScheduler', {'interpolation_type': 'log_linear'}, {}),
    'euler_span': ('EulerDiscreteScheduler', KARRAS | {'sigma_min': .1, 'sigma_max': 10.}, {}),
    'euler_continuous': ('EulerDiscreteScheduler',
                         KARRAS | {'timestep_type': 'continuous',
                                   'prediction_type': 'v_prediction'}, {}),
    'euler_trained_betas': ('EulerDiscreteScheduler',
                            {'trained_betas': [.001 + .00001 * step for step in range(100)],
                             'num_train_timesteps': 100}, {}),
    'ddpm_sigmoid': ('DDPMScheduler', {'beta_schedule': 'sigmoid'}, {})}
RUNS: dict[str, Entry] = {
    'euler': PLANS['euler'],
    'euler_karras': PLANS['euler_karras'],
    'euler_ancestral': ('EulerAncestralDiscreteScheduler', {}, {}),
    'heun': PLANS['heun'],
    'heun_karras': ('HeunDiscreteScheduler', KARRAS, {}),
    'ddim': ('DDIMScheduler', {}, {}),
    'dpmpp_2m': PLANS['dpmpp_2m'],
    'dpmpp_2m_karras': PLANS['dpmpp_2m_karras'],
    'dpmpp_2m_sde': ('DPMSolverMultistepScheduler', SDE, {}),
    'dpmpp_2m_sde_karras': ('DPMSolverMultistepScheduler', SDE | KARRAS, {}),
    'lcm': PLANS['lcm'],
    'euler_beta': PLANS['euler_beta'],
    'unipc': ('UniPCMultistepScheduler', {}, {}),
    'unipc_karras': ('UniPCMultistepScheduler', KARRAS, {}),
    'deis': ('DEISMultistepScheduler', {}, {}),
    'deis_karras': ('DEISMultistepScheduler', KARRAS, {}),
    'lms': ('LMSDiscreteScheduler', {}, {}),
    'lms_karras': ('LMSDiscreteScheduler', KARRAS, {}),
    'pndm': ('PNDMScheduler', {'skip_prk_steps': True}, {}),
    'dpm2': ('KDPM2DiscreteScheduler', {}, {}),
    'dpm2_exponential': ('KDPM2DiscreteScheduler', EXPONENTIAL, {}),
    'dpm2_ancestral': ('KDPM2AncestralDiscreteScheduler', {}, {}),
    'ddpm': ('DDPMScheduler', {}, {}),
    'dpmpp_sde': ('DPMSolverSDEScheduler', {}, {}),
    'dpmpp_sde_karras': ('DPMSolverSDEScheduler', KARRAS, {}),
    'tcd': ('TCDScheduler', {}, {})}
# k-diffusion's samplers that diffusers has not.
K_RUNS = {'dpmpp_2s_ancestral': ('k_dpmpp_2s_ancestral', {}),
          'dpmpp_2s_ancestral_karras': ('k_dpmpp_2s_ancestral', KARRAS),
          'dpmpp_3m_sde': ('k_dpmpp_3m_sde', {}),
          'dpmpp_3m_sde_exponential': ('k_dpmpp_3m_sde', EXPONENTIAL)}
K_OPTIONS = {'dpmpp_2s_ancestral_exponential': ('k_dpmpp_2s_ancestral', EXPONENTIAL),
             'dpmpp_2s_ancestral_beta': ('k_dpmpp_2s_ancestral', BETA),
             'dpmpp_3m_sde_karras': ('k_dpmpp_3m_sde', KARRAS),
             'dpmpp_3m_sde_beta': ('k_dpmpp_3m_sde', BETA)}
RUN_STEPS = {'sd1_leading': (3, 4, 20, 50), 'sd1_linspace': (4, 20, 50),
             'sd1_trailing': (4, 20, 50), 'sd2_v': (4, 20, 50), 'zero_snr_v': (4, 20, 50),
             'sd1_sample': (4, 20, 50)}
OPTION_STEPS = (4, 20, 50)
# For ten steps, as published beside the paper, and the lowest level of the training.
AYS = {'ays': [14.6146412293, 6.4745760956, 3.8636745985, 2.6946151520, 1.8841921177,
               1.3943805092, .9642583904, .6523686016, .3977456272, .1515232662, .0291671582],
       'ays_sdxl': [14.6146412293, 6.3184485287, 3.7681790315, 2.1811480769, 1.3405244945,
                    .8620721141, .5550693289, .3798540708, .2332364134, .1114188177,
                    .0291671582]}
PATH_STORED_UP_TO = 3
FULLY_PLANNED = ('sd1_leading', 'flow_euler', 'flow_trailing')
FEW_STEPS = (1, 4, 10)
SHAPE, SEED = (1, 2, 2, 4), 7

ABOUT_SCHEDULES = {
    'configs': 'the scheduler_config.json that a case names; a class ignores keys that it does '
               'not know',
    'training': 'the sigma sqrt((1 - a) / a) of some timesteps by config, a being the cumulated '
                'product of 1 - beta, in float32; null is infinite',
    'plans': 'timesteps and sigmas after set_timesteps(steps); `given` is added to the config; '
             'the highest level of exponential and beta is always the last timestep, which single '
             'precision misses on some betas; DDIM and LCM have no sigmas; Heun counts every call',
    'of_comfyui': 'simple: every (training steps / steps)th training sigma from the end, cut down '
                  'to a whole index, then 0; sgm_uniform: at the upper ends of as many equal '
                  'intervals of timesteps, fractions by the logarithm of sigma, then 0; ays: the '
                  'published table, between its entries by the logarithm, then 0'}
ABOUT_TRAJECTORIES = {
    'model': 'in place of a model stands out(x, t) = 0.7 x cos(t / 1000) + 0.2 sin(3 x) + 0.1, '
             'in float32, of the scaled model input x and the timestep t, whatever the '
             'prediction type',
    'initial_noise': 'torch.randn([1, 2, 2, 4]) of a CPU generator with seed 7, flat; every run '
                     'starts from it times its init_noise_sigma; the scheduler goes on drawing '
                     'its noise [1, 2, 2, 4] from the same generator',
    'latents': 'after each step of the scheduler, flat, the last being the result; Heun steps '
               'twice per step but the last',
    'class': "of diffusers, or k_… of a sampler of k-diffusion written anew from the papers' formulas",
    'tokens': 'of flows: those of the picture, where the shift depends on them',
    'trailing': 'of flows: the pipeline gives the levels 1, 1 - 1 / steps … 1 / steps'}


def scheduler_for(entry: Entry, config: dict[str, object]) -> diffusers.SchedulerMixin | None:
    """The scheduler of an entry, or none where its class cannot do what the config asks."""
    kind = (brownian().DPMSolverSDEScheduler if entry[0] == 'DPMSolverSDEScheduler'
            else getattr(diffusers, entry[0]))
    known = inspect.signature(kind.__init__).parameters
    if config.get('rescale_betas_zero_snr') and 'rescale_betas_zero_snr' not in known:
        return None
    return kind(**{key: value for key, value in (config | entry[1]).items() if key in known})


class BrownianPath:
    """In the place of diffusers' tree of noise, which has a generator of its own: noise of the
    generator of the initial noise, of one path for the look half-way and the step."""

    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator
        self.look: tuple[float, torch.Tensor] | None = None

    def __call__(self, sigma: torch.Tensor, to: torch.Tensor) -> torch.Tensor:
        drawn = torch.randn(SHAPE, generator=self.generator)
        if self.look is None:
            self.look = (float(to), drawn)
            return drawn
        (middle, first), self.look = self.look, None
        before, after = float(sigma) - middle, middle - float(to)
        return (before ** .5 * first + after ** .5 * drawn) / (before + after) ** .5


def brownian() -> ModuleType:
    """The module of DPMSolverSDEScheduler, which imports a package for its tree."""
    sys.modules.setdefault('torchsde', ModuleType('torchsde'))
    return importlib.import_module('diffusers.schedulers.scheduling_dpmsolver_sde')


def training_sigmas(config: dict[str, object]) -> torch.Tensor:
    kind = RUNS['ddpm'] if config['beta_schedule'] == 'sigmoid' else PLANS['ddim']
    alphas = scheduler_for(kind, config).alphas_cumprod
    return ((1 - alphas) / alphas) ** .5


def simple_sigmas(sigmas: list[float], steps: int) -> list[float]:
    stride = len(sigmas) / steps
    return [sigmas[-(1 + int(index * stride))] for index in range(steps)] + [0.]


def ays_sigmas(table: list[float], steps: int) -> list[float]:
    """Sabour et al. 2024: the table for ten steps, interpolated in the logarithm."""
    places = np.linspace(0, len(table) - 1, steps + 1)[:-1]
    return [*np.exp(np.interp(places, np.arange(len(table)), np.log(table))), 0.]


def finite(values: list[float]) -> list[float | None]:
    return [short(value) if math.isfinite(value) else None for value in values]


def short(value: float) -> float:
    """Six digits: a tenth of the tolerance of levels at most."""
    return float(f'{value:.6g}')


def rounded(latents: torch.Tensor) -> list[float]:
    """To a millionth, a tenth of the tolerance of latents."""
    return [round(value, 6) for value in flat(latents)]


def plans() -> list[dict[str, object]]:
    cases = []
    for config_name in CONFIGS:
        # The plans of the first are those of sd1_leading, of the second DDPM knows the betas.
        if config_name in ('sd1_sample', 'sigmoid', *FLOWS):
            continue
        for name, entry in PLANS.items():
            for steps in STEPS if config_name in FULLY_PLANNED else FEW_STEPS:
                cases += planned(name, entry, config_name, steps)
    for name, (config_name, entry) in FLOW_PLANS.items():
        # A single step at pure noise is no number where it is stretched to a terminal level.
        for steps in STEPS[1:] if name in FULLY_PLANNED else FEW_STEPS[1:]:
            cases += planned(name, entry, config_name, steps)
    return cases


def planned(name: str, entry: Entry, config_name: str, steps: int) -> list[dict[str, object]]:
    if (scheduler := scheduler_for(entry, CONFIGS[config_name])) is None:
        return []
    set_timesteps(scheduler, name, config_name, steps)
    case = {'plan': name, 'class': entry[0], 'given': entry[1], 'config': config_name,
            'steps': steps, **calls_of(name, config_name),
            'timesteps': [short(value) for value in flat(scheduler.timesteps)]}
    if hasattr(scheduler, 'sigmas'):
        case['sigmas'] = [short(value) for value in flat(scheduler.sigmas)]
    return [case]


def analytic_model(x: torch.Tensor, timestep: float) -> torch.Tensor:
    return .7 * x * math.cos(timestep / 1000) + .2 * torch.sin(3 * x) + .1


def calls_of(name: str, config_name: str) -> dict[str, object]:
    """What a pipeline tells set_timesteps beside the steps."""
    return ({'tokens': TOKENS} if config_name == 'flow_dynamic' else {}) | (
        {'trailing': True} if name.startswith('flow_trailing') else {})


def set_timesteps(scheduler: diffusers.SchedulerMixin, name: str, config_name: str,
                  steps: int) -> None:
    calls = calls_of(name, config_name)
    told: dict[str, object] = {}
    if 'tokens' in calls:
        config = scheduler.config
        slope = ((config.max_shift - config.base_shift)
                 / (config.max_image_seq_len - config.base_image_seq_len))
        told['mu'] = config.base_shift + slope * (calls['tokens'] - config.base_image_seq_len)
    if 'trailing' in calls:
        told['sigmas'] = np.linspace(1., 1 / steps, steps)
    scheduler.set_timesteps(steps, **told)
    if any(getattr(scheduler.config, key, False) for key in CUT) and (
            scheduler.timesteps.dtype == torch.int64):
        # The highest level is that of the last timestep. In single precision it comes out as that
        # or a little less, by the betas, and is cut to a whole one then.
        scheduler.timesteps[0] = scheduler.config.num_train_timesteps - 1
    if name in IN_DOUBLE:
        scheduler.sigmas = scheduler.sigmas.double()
    if hasattr(scheduler, 'set_begin_index'):
        # Without, a run whose first two timesteps round to one would start with the second.
        scheduler.set_begin_index(0)


def run(name: str, entry: Entry, config_name: str, steps: int) -> dict[str, object] | None:
    """One whole run of a scheduler on the analytic model."""
    scheduler = scheduler_for(entry, CONFIGS[config_name])
    if scheduler is None:
        return None
    generator = torch.Generator('cpu').manual_seed(SEED)
    noise = torch.randn(SHAPE, generator=generator)
    told = dict(entry[2])
    if 'generator' in inspect.signature(scheduler.step).parameters:
        told['generator'] = generator
    noise = noise.double() if name in IN_DOUBLE else noise
    set_timesteps(scheduler, name, config_name, steps)
    if hasattr(scheduler, 'noise_sampler'):
        scheduler.noise_sampler = BrownianPath(generator)
    # Flows have no scale of their own, and are told the level itself.
    latents, path = noise * getattr(scheduler, 'init_noise_sigma', 1.), []
    for timestep in scheduler.timesteps:
        x = latents
        if hasattr(scheduler, 'scale_model_input'):
            x = scheduler.scale_model_input(latents, timestep)
        output = analytic_model(x, float(timestep))
        try:
            latents = scheduler.step(output, timestep, latents, **told).prev_sample
        except (NotImplementedError, ValueError):    # a prediction that the class lacks
            return None
        path.append(rounded(latents))
    case = {'class': entry[0], 'given': entry[1], 'config': config_name,
            'steps': steps, **calls_of(name, config_name),
            'latents': path if steps <= PATH_STORED_UP_TO else path[-1:]}
    return case


class Levels:
    """The noise levels of a k-diffusion run, and the model at any of them."""

    def __init__(self, config: dict[str, object], given: dict[str, object], steps: int) -> None:
        self.scheduler = scheduler_for(('EulerDiscreteScheduler', given, {}), config)
        self.scheduler.set_timesteps(steps)
        self.sigmas = [float(sigma) for sigma in self.scheduler.sigmas]
        self.log_training = training_sigmas(config).double().log().numpy()
        self.prediction = config['prediction_type']

    def denoised(self, x: torch.Tensor, sigma: float) -> torch.Tensor:
        timestep = float(self.scheduler._sigma_to_t(np.array(sigma), self.log_training))
        out = analytic_model(x / (sigma ** 2 + 1) ** .5, timestep)
        if self.prediction == 'epsilon':
            return x - sigma * out
        if self.prediction == 'v_prediction':
            return x / (sigma ** 2 + 1) - out * sigma / (sigma ** 2 + 1) ** .5
        return out


def ancestral(sigma: float, following: float) -> tuple[float, float]:
    """Down to the first, then noise of the second on top."""
    up = following * max(0., 1 - (following / sigma) ** 2) ** .5
    return max(0., following ** 2 - up ** 2) ** .5, up


def towards(x: torch.Tensor, denoised: torch.Tensor, sigma: float, to: float) -> torch.Tensor:
    return to / sigma * x + (1 - to / sigma) * denoised


def k_run(kind: str, given: dict[str, object], config_name: str,
          steps: int) -> dict[str, object]:
    """One whole run of a sampler of k-diffusion, by the formulas of its papers in lambda = -ln
    sigma, with fresh noise from the generator of the initial noise."""
    levels = Levels(CONFIGS[config_name], given, steps)
    generator = torch.Generator('cpu').manual_seed(SEED)

    def draw() -> torch.Tensor:
        return torch.randn(SHAPE, generator=generator).double()

    scale = float(levels.scheduler.init_noise_sigma)
    x, path, earlier = draw() * scale, [], []
    for sigma, following in zip(levels.sigmas, levels.sigmas[1:]):
        denoised = levels.denoised(x, sigma)
        if following == 0:
            x = denoised
        elif kind == 'k_dpmpp_3m_sde':
            x = third_order(x, denoised, earlier, levels.sigmas[:len(earlier) + 2], draw())
            earlier.append(denoised)
        else:
            down, up = ancestral(sigma, following)
            # Lu et al. 2022, algorithm 1, down to the ancestral level.
            middle = (sigma * down) ** .5
            look = towards(x, denoised, sigma, middle)
            path.append(rounded(look))
            seen = levels.denoised(look, middle)
            noise = draw()
            x = towards(x, seen, sigma, down) + up * noise
        path.append(rounded(x))
    return {'class': kind, 'given': given, 'config': config_name, 'steps': steps,
            'latents': path if steps <= PATH_STORED_UP_TO else path[-1:]}


def third_order(x: torch.Tensor, denoised: torch.Tensor, earlier: list[torch.Tensor],
                sigmas: list[float], noise: torch.Tensor) -> torch.Tensor:
    """A step of DPM++ 3M SDE with eta = 1 from the second last sigma to the last."""
    lambdas = [-math.log(sigma) for sigma in sigmas]
    h = lambdas[-1] - lambdas[-2]
    doubled = 2 * h
    x = math.exp(-doubled) * x - math.expm1(-doubled) * denoised
    phi_2 = math.expm1(-doubled) / doubled + 1
    phi_3 = phi_2 / doubled - .5
    if earlier:
        r0 = (lambdas[-2] - lambdas[-3]) / h
        d0 = (denoised - earlier[-1]) / r0
        if len(earlier) > 1:
            r1 = (lambdas[-3] - lambdas[-4]) / h
            d1 = (earlier[-1] - earlier[-2]) / r1
            x = x + phi_2 * (d0 + (d0 - d1) * r0 / (r0 + r1)) - phi_3 * (d0 - d1) / (r0 + r1)
        else:
            x = x + phi_2 * d0
    return x + noise * sigmas[-1] * (-math.expm1(-doubled)) ** .5


def sgm_uniform_sigmas(sigmas: list[float], steps: int) -> list[float]:
    last = len(sigmas) - 1
    timesteps = np.linspace(last, 0, steps + 1)[:-1]
    return [*np.exp(np.interp(timesteps, np.arange(len(sigmas)), np.log(sigmas))), 0.]


def runs() -> list[dict[str, object]]:
    cases = []
    for config_name, all_steps in RUN_STEPS.items():
        for name, entry in RUNS.items():
            for steps in all_steps:
                if (case := run(name, entry, config_name, steps)) is not None:
                    cases.append({'run': name, **case})
        if config_name == 'zero_snr_v':        # k-diffusion knows no such training
            continue
        for name, (kind, given) in K_RUNS.items():
            cases += [{'run': name, **k_run(kind, given, config_name, steps)}
                      for steps in all_steps]
    for name, (kind, given) in K_OPTIONS.items():
        cases += [{'run': name, **k_run(kind, given, 'sd1_leading', steps)}
                  for steps in OPTION_STEPS]
    options = [*((name, 'sd1_leading', entry) for name, entry in OPTIONS.items()),
               *((name, config, entry) for name, (config, entry) in FLOW_PLANS.items())]
    for name, config_name, entry in options:
        for steps in OPTION_STEPS:
            if (case := run(name, entry, config_name, steps)) is None:
                raise ValueError(f'{name} cannot be run')
            cases.append({'run': name, **case})
    return cases


def main() -> None:
    sigmas = {name: flat(training_sigmas(config)) for name, config in CONFIGS.items()
              if name not in FLOWS}
    write_golden('schedules.json', ['diffusers', 'torch', 'numpy'], ABOUT_SCHEDULES, {
        'configs': CONFIGS,
        'training': {name: {str(index): finite([values[index]])[0]
                            for index in (0, 1, 250, 500, 998, 999)}
                     for name, values in sigmas.items()},
        'plans': plans(),
        'of_comfyui': [{'schedule': schedule, 'config': name, 'steps': steps,
                        'sigmas': finite(made(sigmas[name], steps))}
                       for schedule, made in (('simple', simple_sigmas),
                                              ('sgm_uniform', sgm_uniform_sigmas))
                       for name in ('sd1_leading', 'linear', 'cosine') for steps in STEPS]
                      + [{'schedule': schedule, 'config': 'sd1_leading', 'steps': steps,
                          'sigmas': finite(ays_sigmas(table, steps))}
                         for schedule, table in AYS.items() for steps in STEPS]})
    noise = torch.randn(SHAPE, generator=torch.Generator('cpu').manual_seed(SEED))
    write_golden('trajectories.json', ['diffusers', 'torch', 'numpy'], ABOUT_TRAJECTORIES, {
        'configs': CONFIGS, 'initial_noise': flat(noise), 'runs': runs()})


if __name__ == '__main__':
    main()
