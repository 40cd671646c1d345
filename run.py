"""Start 团媒台账 from a checkout; standard library only."""

from __future__ import annotations
