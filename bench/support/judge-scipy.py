"""Times what the judge is measured against: scipy's Mann-Whitney p and the median of all differences written down. Two lists on stdin."""

import json
import resource
import sys
import time

import numpy as np
from scipy.stats import mannwhitneyu

x, y = (np.asarray(values) for values in json.load(sys.stdin))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
took = []
for _ in range(8):
    began = time.perf_counter()
    p = mannwhitneyu(x, y, method="asymptotic").pvalue
    shift = np.median(np.subtract.outer(x, y))
    took.append(1000 * (time.perf_counter() - began))
megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps({"p": float(p), "shift": float(shift), "tookMs": sorted(took[1:]), "megabytes": megabytes}))
