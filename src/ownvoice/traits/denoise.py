"""The reduction of stationary noise in a recording: a fan, a hum, the hiss of a microphone.

The noise is the level below which a frequency never falls for long: the minimum statistics of R. Martin, "Noise power
spectral density estimation based on optimal smoothing and minimum statistics", IEEE Trans. Speech and Audio Processing
9 (2001), here of the whole recording at once. A Wiener filter lets the rest pass; its estimate of the signal follows
the frame before ("decision-directed", Y. Ephraim and D. Malah, 1984), so that no musical noise is left.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_WINDOW_SECONDS = 0.032
_QUIETEST = 0.1
"""The share of frames that count as noise alone, at each frequency: speech is full of gaps."""
_SMOOTHED_FRAMES = 8
_FOLLOW = 0.96
"""The weight of the frame before in the estimate of the signal."""
_LEAST_GAIN = 0.05
"""The gain of a frame without signal: -26 dB."""


def reduce_noise(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """Reduce the stationary noise of a mono sound (float32 of shape (n,)); the result has the same length."""
    size = 2 * round(_WINDOW_SECONDS * sample_rate / 2)
    hop = size // 2
    window = np.sqrt(np.hanning(size + 1)[:-1])
    padded = np.concatenate((np.zeros(size), samples.astype(np.float64), np.zeros(2 * size)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop] * window
    spectra = np.fft.rfft(frames)
    power = np.abs(spectra) ** 2
    filtered = np.fft.irfft(spectra * _gains(power, _noise(power)), size) * window
    out = np.zeros(len(padded))
    for part in (0, 1):  # frames of one parity do not overlap
        these = filtered[part::2].reshape(-1)
        out[part * hop : part * hop + len(these)] += these[: len(out) - part * hop]
    return out[size : size + len(samples)].astype(np.float32)


def _noise(power: Floats) -> Floats:
    """Estimate the power of the noise at each frequency."""
    count = min(_SMOOTHED_FRAMES, len(power))
    summed = np.cumsum(np.concatenate((np.zeros((1, power.shape[1])), power)), axis=0)
    smooth = (summed[count:] - summed[:-count]) / count
    # Where the recording is padded or gated there is nothing; that is not the noise.
    sounding = smooth[smooth.sum(axis=1) > 1e-9 * max(smooth.sum(axis=1).max(), 1e-30)]
    quiet = np.quantile(sounding, _QUIETEST, axis=0) if len(sounding) else np.zeros(power.shape[1])
    # The lowest tenth of the means of 8 squares is below their mean: by 0.65, for noise with a normal distribution.
    return quiet / 0.65


def _gains(power: Floats, noise: Floats) -> Floats:
    """Return the gain of each frequency of each frame."""
    gains = np.empty_like(power)
    floor = np.maximum(noise, 1e-20)
    signal = np.zeros(power.shape[1])
    for frame, here in enumerate(power):
        ratio = here / floor
        prior = _FOLLOW * signal + (1 - _FOLLOW) * np.maximum(ratio - 1, 0)
        gain = np.maximum(prior / (1 + prior), _LEAST_GAIN)
        gains[frame] = gain
        signal = gain**2 * ratio
    return gains
