"""团媒台账: the register, forms, custody and returns of a Youth League office's new-media accounts."""

__version__ = "0.1.0"
